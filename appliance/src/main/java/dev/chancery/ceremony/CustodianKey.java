package dev.chancery.ceremony;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.crypto.EcdsaSignatures;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMParser;
import org.jspecify.annotations.Nullable;

/**
 * The key with which a custodian approves: ECDSA P-256, Ed25519 or RSA of 2048, 3072 or 4096 bits.
 * Its signatures are as common tools make them: ECDSA in DER (or r and s), RSA with PSS, SHA-256
 * and a salt of 32 bytes.
 */
public final class CustodianKey {
  private final VerificationKey key;
  private final Sha256 fingerprint;

  private CustodianKey(VerificationKey key) {
    this.key = key;
    this.fingerprint = Sha256.of(key.subjectPublicKeyInfo());
  }

  /**
   * Reads a public key or a certificate, whose key alone counts.
   *
   * @param pem one of either, in PEM
   * @throws RefusedException {@code ALGORITHM_NOT_ALLOWED}
   */
  public static CustodianKey read(byte[] pem) {
    try (PEMParser parser =
        new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
      return switch (parser.readObject()) {
        case SubjectPublicKeyInfo info -> of(info.getEncoded());
        case X509CertificateHolder certificate ->
            of(certificate.getSubjectPublicKeyInfo().getEncoded());
        case null, default -> throw refused("no public key and no certificate in PEM");
      };
    } catch (IOException | IllegalArgumentException e) {
      throw refused("PEM that cannot be read");
    }
  }

  /**
   * The key that {@code subjectPublicKeyInfo} holds.
   *
   * @throws RefusedException {@code ALGORITHM_NOT_ALLOWED}
   */
  public static CustodianKey of(byte[] subjectPublicKeyInfo) {
    return Arrays.stream(Algorithm.values())
        .flatMap(algorithm -> parse(algorithm, subjectPublicKeyInfo).stream())
        .findFirst()
        .map(CustodianKey::new)
        .orElseThrow(() -> refused("a key of another kind"));
  }

  private static Optional<VerificationKey> parse(Algorithm algorithm, byte[] der) {
    try {
      return Optional.of(VerificationKey.parse(algorithm, der));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** SHA-256 of the SubjectPublicKeyInfo. */
  public Sha256 fingerprint() {
    return fingerprint;
  }

  /** What it is. */
  public Algorithm algorithm() {
    return key.algorithm();
  }

  /** Standard base64 of the SubjectPublicKeyInfo. */
  public String base64() {
    return Base64.getEncoder().encodeToString(key.subjectPublicKeyInfo());
  }

  /** Whether {@code signature} is of this key for {@code message}. */
  boolean verifies(byte[] message, byte[] signature) {
    try {
      boolean der = key.algorithm() == Algorithm.ECDSA && signature.length != 64;
      return key.verify(
          message, der ? EcdsaSignatures.fromDer(signature) : new RawSignature(signature));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CustodianKey that && fingerprint.equals(that.fingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return algorithm().id() + " " + fingerprint;
  }

  private static RefusedException refused(String observed) {
    return new RefusedException(
        Refusal.ALGORITHM_NOT_ALLOWED,
        observed,
        "ECDSA P-256, Ed25519, RSA of 2048, 3072 or 4096 bits, in PEM",
        "give the custodian another key");
  }
}
