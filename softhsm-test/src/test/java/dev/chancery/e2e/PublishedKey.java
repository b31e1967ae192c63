package dev.chancery.e2e;

import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.SignedMetadata;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** An ECDSA key as its server publishes it, used by the JDK: a second opinion on signatures. */
record PublishedKey(PublicKey key) {
  static PublishedKey of(KeyInfo info) {
    byte[] der = Base64.getDecoder().decode(info.publicKey());
    try {
      return new PublishedKey(
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an EC key: " + info.publicKey(), e);
    }
  }

  /** Whether {@code answer} is a Notary signature (r ‖ s, base64) of {@code content}. */
  boolean verifies(byte[] content, SignedMetadata answer) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(Base64.getDecoder().decode(answer.sig()));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
