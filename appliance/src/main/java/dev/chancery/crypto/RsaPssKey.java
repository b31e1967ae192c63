package dev.chancery.crypto;

import dev.chancery.api.Algorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;

/** RSA-PSS with SHA-256, MGF1-SHA-256 and a salt of exactly 32 bytes (RULES K-N5). */
final class RsaPssKey extends VerificationKey {
  private static final int SALT_BYTES = 32;

  /** FIPS 186-5, A.1.1: the public exponent is odd and above 2^16. */
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);

  private final int modulusBytes;
  private final RSAKeyParameters key;

  RsaPssKey(Algorithm algorithm, int modulusBits, byte[] der, SubjectPublicKeyInfo info) {
    super(algorithm, der);
    if (!PKCSObjectIdentifiers.rsaEncryption.equals(info.getAlgorithm().getAlgorithm())
        || !DERNull.INSTANCE.equals(info.getAlgorithm().getParameters())) {
      throw new IllegalArgumentException(
          "an RSA key has the algorithm rsaEncryption with NULL, not "
              + info.getAlgorithm().getAlgorithm());
    }
    RSAPublicKey numbers = read(info);
    if (numbers.getModulus().bitLength() != modulusBits) {
      throw new IllegalArgumentException(
          "the modulus has " + numbers.getModulus().bitLength() + " bits, not " + modulusBits);
    }
    if (numbers.getPublicExponent().compareTo(MIN_EXPONENT) < 0) {
      throw new IllegalArgumentException("the public exponent is below " + MIN_EXPONENT);
    }
    modulusBytes = modulusBits / Byte.SIZE;
    key = new RSAKeyParameters(false, numbers.getModulus(), numbers.getPublicExponent());
  }

  private static RSAPublicKey read(SubjectPublicKeyInfo info) {
    try {
      RSAPublicKey numbers = RSAPublicKey.getInstance(info.parsePublicKey());
      if (!Arrays.equals(
          numbers.getEncoded(ASN1Encoding.DER), info.getPublicKeyData().getOctets())) {
        throw new IllegalArgumentException("RSAPublicKey is not in DER");
      }
      return numbers;
    } catch (IOException e) {
      throw new IllegalArgumentException("not an RSAPublicKey", e);
    }
  }

  @Override
  boolean verifies(byte[] message, byte[] signature) {
    if (signature.length != modulusBytes) {
      return false;
    }
    PSSSigner verifier = new PSSSigner(new RSAEngine(), new SHA256Digest(), SALT_BYTES);
    return verifies(verifier, message, signature);
  }

  @Override
  boolean verifiesDigest(byte[] digest, byte[] signature) {
    if (signature.length != modulusBytes) {
      return false;
    }
    PSSSigner verifier =
        PSSSigner.createRawSigner(
            new RSAEngine(),
            new SHA256Digest(),
            new SHA256Digest(),
            SALT_BYTES,
            PSSSigner.TRAILER_IMPLICIT);
    return verifies(verifier, digest, signature);
  }

  private boolean verifies(PSSSigner verifier, byte[] signed, byte[] signature) {
    verifier.init(false, key);
    verifier.update(signed, 0, signed.length);
    return verifier.verifySignature(signature);
  }
}
