package dev.chancery.crypto;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** A public key, read once and ready to verify. Safe for many threads. */
public abstract sealed class VerificationKey permits EcdsaP256Key, Ed25519Key, RsaPssKey {
  private final Algorithm algorithm;
  private final byte[] subjectPublicKeyInfo;

  VerificationKey(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    this.algorithm = algorithm;
    this.subjectPublicKeyInfo = subjectPublicKeyInfo;
  }

  /**
   * The key that {@code subjectPublicKeyInfo} holds.
   *
   * @param subjectPublicKeyInfo DER (RFC 5280 section 4.1), nothing after it
   * @throws IllegalArgumentException if it is not exactly one key of this algorithm: other
   *     encoding, object identifier, curve or size, or a point that is none of the curve's
   */
  public static VerificationKey parse(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    byte[] der = subjectPublicKeyInfo.clone();
    SubjectPublicKeyInfo info = readDer(der);
    return switch (algorithm) {
      case ECDSA -> new EcdsaP256Key(der, info);
      case ED25519 -> new Ed25519Key(der, info);
      case RSA_2048 -> new RsaPssKey(algorithm, 2048, der, info);
      case RSA_3072 -> new RsaPssKey(algorithm, 3072, der, info);
      case RSA_4096 -> new RsaPssKey(algorithm, 4096, der, info);
    };
  }

  /** How this key signs. */
  public Algorithm algorithm() {
    return algorithm;
  }

  /** The key as DER SubjectPublicKeyInfo; a copy. */
  public byte[] subjectPublicKeyInfo() {
    return subjectPublicKeyInfo.clone();
  }

  /**
   * This key, prepared to verify many signatures sooner: worth its 32 KiB from some twenty on. It
   * says yes and no as this one does.
   */
  public VerificationKey forMany() {
    return this;
  }

  /**
   * Whether {@code signature} is this key's for {@code message} (hashed here where the algorithm
   * hashes). Wrong lengths and values out of range are no signature, not an error.
   */
  public boolean verify(byte[] message, RawSignature signature) {
    return verifies(message, signature.bytes());
  }

  /**
   * Whether {@code signature} is this key's for the message of which {@code digest} is the SHA-256.
   *
   * @throws IllegalArgumentException for Ed25519, which signs messages and not digests
   */
  public boolean verifyDigest(Sha256 digest, RawSignature signature) {
    return verifiesDigest(digest.bytes(), signature.bytes());
  }

  abstract boolean verifies(byte[] message, byte[] signature);

  boolean verifiesDigest(byte[] digest, byte[] signature) {
    throw new IllegalArgumentException("an Ed25519 signature needs the message");
  }

  private static SubjectPublicKeyInfo readDer(byte[] der) {
    try {
      ASN1Primitive asn1 = ASN1Primitive.fromByteArray(der); // refuses bytes after the structure
      SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(asn1);
      if (info == null || !Arrays.equals(info.getEncoded(ASN1Encoding.DER), der)) {
        throw new IllegalArgumentException("the public key is not in DER");
      }
      return info;
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "not one DER SubjectPublicKeyInfo and nothing after it: " + e.getMessage(), e);
    }
  }
}
