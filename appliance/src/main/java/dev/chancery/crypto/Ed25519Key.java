package dev.chancery.crypto;

import dev.chancery.api.Algorithm;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Ed25519 over the message itself (RFC 8032, RULES K-N6). */
final class Ed25519Key extends VerificationKey {
  private final Ed25519PublicKeyParameters key;

  Ed25519Key(byte[] der, SubjectPublicKeyInfo info) {
    super(Algorithm.ED25519, der);
    if (!EdECObjectIdentifiers.id_Ed25519.equals(info.getAlgorithm().getAlgorithm())) {
      throw new IllegalArgumentException(
          "an Ed25519 key has the algorithm id-Ed25519, not " + info.getAlgorithm().getAlgorithm());
    }
    if (info.getAlgorithm().getParameters() != null) {
      throw new IllegalArgumentException("an Ed25519 key has no parameters (RFC 8410)");
    }
    byte[] point = info.getPublicKeyData().getOctets();
    // Under a point of small order anybody's signature can verify: full validation refuses it.
    if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
      throw new IllegalArgumentException("the key is not a point of Ed25519's prime-order group");
    }
    key = new Ed25519PublicKeyParameters(point, 0);
  }

  @Override
  boolean verifies(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
  }
}
