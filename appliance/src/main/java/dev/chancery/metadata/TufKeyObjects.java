package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.crypto.VerificationKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Key objects of TUF 1.0 roots as they are found, the older spellings too (RULES T-8, T-9). */
final class TufKeyObjects {
  /** DER of a P-256 SubjectPublicKeyInfo up to the 65 bytes of the point (RFC 5480). */
  private static final String P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

  private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String PEM_END = "-----END PUBLIC KEY-----";

  private static final List<Algorithm> RSA =
      List.of(Algorithm.RSA_2048, Algorithm.RSA_3072, Algorithm.RSA_4096);

  private TufKeyObjects() {}

  /** The key, or nothing where its scheme is not verified here or it is none. */
  static Optional<VerificationKey> read(JsonObject object) {
    String scheme = text(object.get("scheme"));
    String publicKey =
        object.get("keyval") instanceof JsonObject keyval ? text(keyval.get("public")) : null;
    if (scheme == null || publicKey == null) {
      return Optional.empty();
    }
    return switch (scheme) {
      case "ecdsa-sha2-nistp256" -> parse(Algorithm.ECDSA, point(publicKey));
      case "ed25519" -> parse(Algorithm.ED25519, ed25519(publicKey));
      case "rsassa-pss-sha256" ->
          RSA.stream().flatMap(size -> parse(size, pem(publicKey)).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  /** The SubjectPublicKeyInfo of a key in PEM, whatever its scheme; null if it is none. */
  static byte @Nullable [] pemOf(JsonObject object) {
    String publicKey =
        object.get("keyval") instanceof JsonObject keyval ? text(keyval.get("public")) : null;
    return publicKey == null ? null : pem(publicKey);
  }

  private static Optional<VerificationKey> parse(Algorithm algorithm, byte @Nullable [] spki) {
    if (spki == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(VerificationKey.parse(algorithm, spki));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** PEM, or as sigstore once wrote it the digits of the point. */
  private static byte @Nullable [] point(String publicKey) {
    return publicKey.startsWith("-")
        ? pem(publicKey)
        : Hex.isHex(publicKey) ? HexFormat.of().parseHex(P256_PREFIX + publicKey) : null;
  }

  private static byte @Nullable [] ed25519(String publicKey) {
    byte[] point = Hex.decode(publicKey);
    try {
      return point == null ? null : NotaryKeys.subjectPublicKeyInfo(Algorithm.ED25519, point);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] pem(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith(PEM_BEGIN) || !stripped.endsWith(PEM_END)) {
      return null;
    }
    try {
      return Base64.getMimeDecoder()
          .decode(stripped.substring(PEM_BEGIN.length(), stripped.length() - PEM_END.length()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable String text(@Nullable JsonValue value) {
    return value instanceof JsonValue.JsonString(var text) ? text : null;
  }
}
