package dev.chancery.cli.demo;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * A key of the publisher of a TUF 1.0 repository, P-256, in memory: for roots and targets, which
 * the appliance does not sign.
 *
 * @param object as it stands in a root
 * @param id the digest of the object's canonical form
 */
record PublisherKey(KeyPair pair, Map<String, Object> object, String id) {
  static PublisherKey make() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + lines.encodeToString(pair.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    Map<String, Object> object =
        Map.of(
            "keytype", "ecdsa", "keyval", Map.of("public", pem), "scheme", "ecdsa-sha2-nistp256");
    return new PublisherKey(pair, object, Sha256.of(CanonicalJson.encode(object)).hex());
  }

  /** An element of {@code signatures}. */
  Map<String, Object> sign(Map<String, Object> signed) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(CanonicalJson.encode(signed));
    return Map.of("keyid", id, "sig", HexFormat.of().formatHex(signer.sign()));
  }
}
