package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** Verifies a token's signatures with Bouncy Castle's lightweight API. */
final class Signatures {
  private Signatures() {}

  /** A key pair of the JDK, with its usual encodings: PKCS#8 and SubjectPublicKeyInfo. */
  static KeyPair softwareKey(KeySpec spec) throws GeneralSecurityException {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(spec == KeySpec.ED25519 ? "Ed25519" : "EC");
    if (spec == KeySpec.EC_P256) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }

  static boolean verifies(TokenKey key, byte[] message, byte[] signature) {
    Signer verifier =
        switch (key.spec()) {
          case EC_P256 -> {
            assertEquals(64, signature.length, "r and s, 32 bytes each");
            yield new DSADigestSigner(
                new ECDSASigner(), new SHA256Digest(), PlainDSAEncoding.INSTANCE);
          }
          case ED25519 -> new Ed25519Signer();
          case RSA_2048, RSA_3072, RSA_4096 ->
              new PSSSigner(new RSAEngine(), new SHA256Digest(), 32);
        };
    try {
      verifier.init(false, PublicKeyFactory.createKey(key.subjectPublicKeyInfo()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }
}
