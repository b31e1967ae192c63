package dev.chancery.metadata;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import java.util.Optional;

/**
 * A key as it stands in a root, of either dialect.
 *
 * @param id the name under which it stands there; older roots have ids that are no digests
 * @param object the key object, as it was read
 * @param keyType the label that the object gives it, which need not be what the key is
 * @param kind what the key really is, for people: {@code ECDSA P-256}; {@code unreadable} if it is
 *     no key
 * @param verifier what verifies its signatures; empty for keys that are not used here, such as
 *     P-384
 * @param fingerprint SHA-256 of its SubjectPublicKeyInfo, by which one key is known under any id
 * @param certificate the certificate of a Notary root key
 */
public record RootKey(
    String id,
    JsonObject object,
    String keyType,
    String kind,
    Optional<VerificationKey> verifier,
    Optional<Sha256> fingerprint,
    Optional<RootCertificate> certificate) {
  /** What the id has to be: SHA-256 of the canonical object (TUF specification 4.3, KEYID). */
  public String computedId() {
    return Sha256.of(CanonicalJson.encode(object)).hex();
  }
}
