package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** Notary's public keys and their ids (RULES K-N1). */
final class NotaryKeys {
  /** DER of an Ed25519 SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_BYTES = 32;

  private NotaryKeys() {}

  /** DER SubjectPublicKeyInfo for EC and RSA, the raw 32 bytes for Ed25519. */
  static byte[] publicKey(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    if (algorithm != Algorithm.ED25519) {
      return subjectPublicKeyInfo.clone();
    }
    int prefix = ED25519_PREFIX.length;
    if (subjectPublicKeyInfo.length != prefix + ED25519_BYTES
        || !Arrays.equals(subjectPublicKeyInfo, 0, prefix, ED25519_PREFIX, 0, prefix)) {
      throw new IllegalArgumentException("not the SubjectPublicKeyInfo of an Ed25519 key");
    }
    return Arrays.copyOfRange(subjectPublicKeyInfo, prefix, subjectPublicKeyInfo.length);
  }

  /** The reverse of {@link #publicKey}. */
  static byte[] subjectPublicKeyInfo(Algorithm algorithm, byte[] publicKey) {
    if (algorithm != Algorithm.ED25519) {
      return publicKey.clone();
    }
    if (publicKey.length != ED25519_BYTES) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes, not " + publicKey.length);
    }
    return ByteBuffer.allocate(ED25519_PREFIX.length + ED25519_BYTES)
        .put(ED25519_PREFIX)
        .put(publicKey)
        .array();
  }

  /** The canonical key object; {@code private} is {@code null} and part of it. */
  static JsonObject keyObject(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    byte[] key = publicKey(algorithm, subjectPublicKeyInfo);
    return JsonObject.of(
        Map.of(
            "keytype",
            algorithm.notaryKeyType(),
            "keyval",
            Map.of(
                "private",
                JsonValue.JsonLiteral.NULL,
                "public",
                Base64.getEncoder().encodeToString(key))));
  }

  static KeyId keyId(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return new KeyId(
        Sha256.of(CanonicalJson.encode(keyObject(algorithm, subjectPublicKeyInfo))).hex());
  }
}
