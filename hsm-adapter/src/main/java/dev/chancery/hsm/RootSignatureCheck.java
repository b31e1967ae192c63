package dev.chancery.hsm;

import java.io.IOException;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** Verifies what the root token signed, with the key in the root (CEREMONY P-5). */
final class RootSignatureCheck {
  private RootSignatureCheck() {}

  /**
   * Passes or throws.
   *
   * @throws TokenException {@code SIGNATURE}
   */
  static void check(
      KeySpec spec, SubjectPublicKeyInfo publicKey, byte[] message, byte[] signature) {
    Signer verifier =
        switch (spec) {
          case EC_P256 ->
              new DSADigestSigner(new ECDSASigner(), new SHA256Digest(), PlainDSAEncoding.INSTANCE);
          case ED25519 -> new Ed25519Signer();
          case RSA_2048, RSA_3072, RSA_4096 ->
              new PSSSigner(new RSAEngine(), new SHA256Digest(), 32);
        };
    try {
      verifier.init(false, PublicKeyFactory.createKey(publicKey));
    } catch (IOException e) {
      throw new TokenException("SIGNATURE", "the key in the root cannot be read", e);
    }
    verifier.update(message, 0, message.length);
    if (!verifier.verifySignature(signature)) {
      throw new TokenException("SIGNATURE", "it does not verify with the key in the root");
    }
  }
}
