package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.EcdsaSignatures;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** Public keys, their ids and signatures in TUF 1.0 (RULES T-7 to T-9). */
final class TufKeys {
  /** RFC 7468: 64 characters a line, and a line feed at the end, which the key id covers too. */
  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private TufKeys() {}

  /** The value of {@code keyval.public}: PEM, but Ed25519 as 64 hexadecimal digits. */
  static String publicText(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    if (algorithm == Algorithm.ED25519) {
      return Hex.encode(NotaryKeys.publicKey(algorithm, subjectPublicKeyInfo));
    }
    return "-----BEGIN PUBLIC KEY-----\n"
        + new String(PEM.encode(subjectPublicKeyInfo), StandardCharsets.US_ASCII)
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** The key object as it stands in a root: {@code keytype}, {@code keyval}, {@code scheme}. */
  static JsonObject keyObject(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return JsonObject.of(
        Map.of(
            "keytype",
            keyType(algorithm),
            "keyval",
            Map.of("public", publicText(algorithm, subjectPublicKeyInfo)),
            "scheme",
            scheme(algorithm)));
  }

  /** SHA-256 of the canonical key object (TUF specification 4.3, KEYID). */
  static KeyId keyId(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return new KeyId(
        Sha256.of(CanonicalJson.encode(keyObject(algorithm, subjectPublicKeyInfo))).hex());
  }

  static String keyType(Algorithm algorithm) {
    return switch (algorithm) {
      case ECDSA -> "ecdsa";
      case ED25519 -> "ed25519";
      case RSA_2048, RSA_3072, RSA_4096 -> "rsa";
    };
  }

  static String scheme(Algorithm algorithm) {
    return switch (algorithm) {
      case ECDSA -> "ecdsa-sha2-nistp256";
      case ED25519 -> "ed25519";
      case RSA_2048, RSA_3072, RSA_4096 -> "rsassa-pss-sha256";
    };
  }

  /** The value of {@code sig}: hexadecimal digits; ECDSA in DER, which the token does not give. */
  static String encode(Algorithm algorithm, RawSignature signature) {
    return Hex.encode(
        algorithm == Algorithm.ECDSA ? EcdsaSignatures.toDer(signature) : signature.bytes());
  }

  /**
   * The signature as the token would have given it.
   *
   * @throws IllegalArgumentException if it is no ECDSA signature in DER, where it must be
   */
  static RawSignature decode(Algorithm algorithm, String sig) {
    byte[] signature = HexFormat.of().parseHex(sig);
    return algorithm == Algorithm.ECDSA
        ? EcdsaSignatures.fromDer(signature)
        : new RawSignature(signature);
  }
}
