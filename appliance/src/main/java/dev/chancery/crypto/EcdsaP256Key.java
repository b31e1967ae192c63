package dev.chancery.crypto;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Sha256;
import java.math.BigInteger;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each (RULES K-N4). */
final class EcdsaP256Key extends VerificationKey {
  private static final int COORDINATE_BYTES = 32;
  private static final byte UNCOMPRESSED = 4;

  /** The custom implementation of the curve: several times faster than the generic one. */
  private static final ECDomainParameters P256 = p256();

  private final ECPublicKeyParameters key;
  private final @Nullable P256Comb comb;

  private EcdsaP256Key(EcdsaP256Key plain, P256Comb comb) {
    super(Algorithm.ECDSA, plain.subjectPublicKeyInfo());
    this.key = plain.key;
    this.comb = comb;
  }

  EcdsaP256Key(byte[] der, SubjectPublicKeyInfo info) {
    super(Algorithm.ECDSA, der);
    if (!X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm())) {
      throw new IllegalArgumentException(
          "an EC key has the algorithm id-ecPublicKey, not " + info.getAlgorithm().getAlgorithm());
    }
    if (!SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters())) {
      throw new IllegalArgumentException(
          "an ECDSA key of the appliance is on the named curve P-256 (secp256r1) and no other");
    }
    key = new ECPublicKeyParameters(point(info.getPublicKeyData().getOctets()), P256);
    comb = null;
  }

  private static ECPoint point(byte[] encoded) {
    // Go's x509, and so Notary's clients, read the uncompressed form only.
    if (encoded.length != 1 + 2 * COORDINATE_BYTES || encoded[0] != UNCOMPRESSED) {
      throw new IllegalArgumentException("a P-256 key is an uncompressed point of 65 bytes");
    }
    try {
      return P256.getCurve().decodePoint(encoded);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the key's point is not on P-256", e);
    }
  }

  @Override
  public VerificationKey forMany() {
    return new EcdsaP256Key(this, P256Comb.of(key.getQ(), Base.MULTIPLES));
  }

  /** Made when a key is first prepared: most programs never do. */
  private static final class Base {
    static final P256Comb.WideMultiples MULTIPLES = P256Comb.WideMultiples.of(P256.getG());

    private Base() {}
  }

  @Override
  boolean verifies(byte[] message, byte[] signature) {
    return verifiesDigest(Sha256.of(message).bytes(), signature);
  }

  @Override
  boolean verifiesDigest(byte[] digest, byte[] signature) {
    if (signature.length != 2 * COORDINATE_BYTES) {
      return false;
    }
    BigInteger r = new BigInteger(1, signature, 0, COORDINATE_BYTES);
    BigInteger s = new BigInteger(1, signature, COORDINATE_BYTES, COORDINATE_BYTES);
    if (comb != null && comb.verifies(digest, r, s)) {
      return true;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, key);
    return verifier.verifySignature(digest, r, s);
  }

  private static ECDomainParameters p256() {
    X9ECParameters curve = CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
    return new ECNamedDomainParameters(SECObjectIdentifiers.secp256r1, curve);
  }
}
