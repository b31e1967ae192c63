package dev.chancery.api;

import java.util.List;

/** The appliance's answer: a signature, a verdict without one, or a refusal; never two of them. */
public sealed interface SigningOutcome {
  /**
   * Signed, recorded and verified.
   *
   * @param dialect the form in which a repository writes it
   * @param algorithm how it is signed
   * @param signature as the token gave it (Notary uses it as it is)
   * @param sequence the ledger row of the decision
   * @param recorded whether this is the signature given before for the same bytes
   * @param warnings what an operator should look at; empty when all is usual
   */
  record Signed(
      KeyId keyId,
      Dialect dialect,
      Algorithm algorithm,
      RawSignature signature,
      Version version,
      Sha256 canonicalSha256,
      long sequence,
      boolean recorded,
      List<String> warnings)
      implements SigningOutcome {}

  /** Would be signed; nothing was recorded and no token was used. */
  record Checked(KeyId keyId, Version version, Sha256 canonicalSha256, List<String> warnings)
      implements SigningOutcome {}

  /** Not signed. */
  record Refused(RefusedException refusal) implements SigningOutcome {}
}
