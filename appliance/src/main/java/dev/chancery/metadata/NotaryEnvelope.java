package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Quote;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.crypto.VerificationKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file around a {@code signed} object: {@code {"signed":…,"signatures":[{"keyid","method",
 * "sig"}]}}, in this order and without whitespace (RULES N-1, K-N3, K-N7).
 */
final class NotaryEnvelope {
  /** Room for ten signatures, each of 800 bytes at most (RSA 4096). */
  private static final int MAX_SIGNATURES_BYTES = 8 * 1024;

  private static final List<String> MEMBERS = List.of("signatures", "signed");
  private static final List<String> SIGNATURE_MEMBERS = List.of("keyid", "method", "sig");

  /** One signature: the method as written, for the client reads it in any case (RULES K-N3). */
  record Signature(KeyId keyId, String method, RawSignature value) {}

  private final Role role;
  private final FormOptions options;

  NotaryEnvelope(Role role, FormOptions options) {
    this.role = role;
    this.options = options;
  }

  /** The file, byte for byte. */
  static byte[] bytes(CanonicalBytes signed, List<Signature> signatures) {
    byte[] before = ascii("{\"signed\":");
    byte[] after =
        ascii(
            signatures.stream()
                .map(NotaryEnvelope::text)
                .collect(Collectors.joining(",", ",\"signatures\":[", "]}")));
    ByteBuffer file = ByteBuffer.allocate(before.length + signed.length() + after.length);
    return file.put(before).put(signed.bytes()).put(after).array();
  }

  /** None of the three values can hold a character that JSON escapes. */
  private static String text(Signature signature) {
    return "{\"keyid\":\""
        + signature.keyId().hex()
        + "\",\"method\":\""
        + signature.method()
        + "\",\"sig\":\""
        + signature.value().base64()
        + "\"}";
  }

  /** Digests and length of a file. */
  static MetaFile describe(byte[] file) {
    return new MetaFile(Sha256.of(file), Sha512.of(file), file.length);
  }

  /** See {@link MetadataDialect#verifyEnvelope}. */
  VerifiedEnvelope verify(byte[] file, Function<KeyId, Optional<VerificationKey>> keys) {
    String what = "the " + role.id() + " file";
    Forms.checkSize(what, file, NotarySigned.maxBytes(role) + MAX_SIGNATURES_BYTES);
    JsonObject envelope = Forms.object(what, file);
    Forms.checkMembers(what, envelope, MEMBERS);
    OnlineMetadata metadata = signed(CanonicalJson.encode(envelope.get("signed")));
    List<Signature> signatures = signatures(envelope.get("signatures"));
    if (!Arrays.equals(bytes(metadata.canonical(), signatures), file)) {
      throw Forms.refused(
          Refusal.NOT_CANONICAL,
          what + " in another form than the trust server's",
          "{\"signed\":...,\"signatures\":[...]} without whitespace, signed in canonical JSON");
    }
    signatures.forEach(signature -> verify(metadata.canonical().bytes(), signature, keys));
    return new VerifiedEnvelope(
        metadata, signatures.stream().map(Signature::keyId).toList(), describe(file));
  }

  private OnlineMetadata signed(byte[] canonical) {
    return switch (role) {
      case TIMESTAMP -> NotarySigned.timestamp(canonical, options);
      case SNAPSHOT -> NotarySigned.snapshot(canonical, options);
    };
  }

  private static List<Signature> signatures(@Nullable JsonValue value) {
    if (!(value instanceof JsonValue.JsonArray(var values)) || values.isEmpty()) {
      throw malformed("signatures", value, "an array of one signature or more");
    }
    List<Signature> signatures = new ArrayList<>();
    Set<KeyId> seen = new HashSet<>();
    for (JsonValue element : values) {
      Signature signature = signature(element);
      if (!seen.add(signature.keyId())) {
        throw Forms.refused(
            Refusal.MALFORMED,
            "two signatures by key " + Quote.of(signature.keyId().hex()),
            "one signature for each key");
      }
      signatures.add(signature);
    }
    return signatures;
  }

  private static Signature signature(JsonValue value) {
    if (!(value instanceof JsonObject object)) {
      throw malformed("signature", value, "an object");
    }
    Forms.checkMembers("a signature", object, SIGNATURE_MEMBERS);
    return new Signature(
        keyId(object.value(0)), method(object.value(1)), signatureBytes(object.value(2)));
  }

  private static KeyId keyId(JsonValue value) {
    if (value instanceof JsonValue.JsonString(var hex)) {
      try {
        return new KeyId(hex);
      } catch (IllegalArgumentException e) {
        // Refused below with everything else that is no key id.
      }
    }
    throw malformed("keyid", value, "64 lower-case hexadecimal digits");
  }

  private static String method(JsonValue value) {
    if (value instanceof JsonValue.JsonString(var method)
        && Arrays.stream(Algorithm.values()).anyMatch(known -> isMethodOf(known, method))) {
      return method;
    }
    throw malformed("method", value, "ecdsa, eddsa or rsapss");
  }

  private static boolean isMethodOf(Algorithm algorithm, String method) {
    return algorithm.notaryMethod().equals(method.toLowerCase(Locale.ROOT));
  }

  private static RawSignature signatureBytes(JsonValue value) {
    byte[] bytes = value instanceof JsonValue.JsonString(var text) ? Base64s.decode(text) : null;
    if (bytes == null || bytes.length == 0) {
      throw malformed("sig", value, "standard base64 with padding, in its one canonical form");
    }
    return new RawSignature(bytes);
  }

  private void verify(
      byte[] signed, Signature signature, Function<KeyId, Optional<VerificationKey>> keys) {
    String keyId = Quote.of(signature.keyId().hex());
    VerificationKey key =
        keys.apply(signature.keyId())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.KEY_UNKNOWN,
                        "a signature by key " + keyId,
                        "signatures by keys known for the " + role.id() + " role",
                        "register that key for this repository, or send the right file"));
    if (!isMethodOf(key.algorithm(), signature.method())
        || !key.verify(signed, signature.value())) {
      throw new RefusedException(
          Refusal.SIGNATURE_INVALID,
          "a signature that does not verify under key " + keyId,
          "signatures of that key for these bytes, method " + key.algorithm().notaryMethod(),
          "fetch the file again from the trust server");
    }
  }

  private static RefusedException malformed(
      String what, @Nullable JsonValue value, String allowed) {
    return Forms.refused(
        Refusal.MALFORMED, what + " " + (value == null ? "missing" : Forms.show(value)), allowed);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
