package dev.chancery.metadata;

import dev.chancery.api.Dialect;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.crypto.VerificationKey;
import java.util.Base64;
import java.util.Map;

/** Makes the key objects of new roots. */
public final class RootKeyObjects {
  private RootKeyObjects() {}

  /** The object of a key; in Notary of one that is not in the root role. */
  public static JsonObject of(Dialect dialect, VerificationKey key) {
    return switch (dialect) {
      case NOTARY -> NotaryKeys.keyObject(key.algorithm(), key.subjectPublicKeyInfo());
      case TUF -> TufKeys.keyObject(key.algorithm(), key.subjectPublicKeyInfo());
    };
  }

  /**
   * The object of a Notary root key (RULES K-N1).
   *
   * @param pem its certificate and those that lead to it, with the final line feed
   */
  public static JsonObject ofCertificate(VerificationKey key, byte[] pem) {
    return JsonObject.of(
        Map.of(
            "keytype",
            key.algorithm().notaryKeyType() + "-x509",
            "keyval",
            Map.of(
                "private",
                JsonValue.JsonLiteral.NULL,
                "public",
                Base64.getEncoder().encodeToString(pem))));
  }
}
