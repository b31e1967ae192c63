package dev.chancery.metadata;

import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.KeyId;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A TUF 1.0 file: {@code {"signatures":[{"keyid","sig"}],"signed":{…}}} in any JSON form (TUF
 * specification 4.2). What the signatures cover is the canonical form of {@code signed}.
 *
 * @param signed what was signed, as it was read
 * @param canonical its canonical form
 * @param signatures one for each key id, without those that are empty
 */
record TufEnvelope(JsonObject signed, CanonicalBytes canonical, List<Signature> signatures) {
  /** What a file has beside {@code signed}, with one signature of P-256, and no blanks. */
  static final int SMALLEST_OVERHEAD =
      "{\"signatures\":[{\"keyid\":\"\",\"sig\":\"\"}],\"signed\":}".length() + 64 + 2 * 72;

  private static final List<String> MEMBERS = List.of("signatures", "signed");
  private static final List<String> SIGNATURE_MEMBERS = List.of("keyid", "sig");

  /**
   * One signature.
   *
   * @param keyId as written; older metadata has ids that are no digests (RULES T-13)
   * @param sig hexadecimal digits, lower case; not empty
   */
  record Signature(String keyId, String sig) {}

  /**
   * Reads a file. An empty {@code sig} is the placeholder of a signature to come, and is passed
   * over (RULES TR-3).
   *
   * @throws RefusedException {@code TOO_LARGE}, {@code MALFORMED}, {@code UNKNOWN_FIELD}
   */
  static TufEnvelope read(String what, byte[] file, int maxBytes, StrictJson.Text text) {
    Forms.checkSize(what, file, maxBytes);
    JsonObject envelope = Forms.object(what, file, text, TufSigned.ALLOWED);
    Forms.checkMembers(what, envelope, MEMBERS);
    if (!(envelope.get("signed") instanceof JsonObject signed)) {
      throw Forms.refused(Refusal.MALFORMED, "signed that is no object", "an object");
    }
    return new TufEnvelope(
        signed,
        new CanonicalBytes(CanonicalJson.encode(signed)),
        signatures(envelope.get("signatures")));
  }

  private static List<Signature> signatures(@Nullable JsonValue value) {
    if (!(value instanceof JsonValue.JsonArray(var values))) {
      throw malformed("signatures", value, "an array");
    }
    List<Signature> signatures = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonValue element : values) {
      if (!(element instanceof JsonObject object)) {
        throw malformed("signature", element, "an object");
      }
      Forms.checkMembers("a signature", object, SIGNATURE_MEMBERS);
      Signature signature = signature(object);
      // Clients refuse the whole file (TUF specification 4.2.1, RULES T-7).
      if (!seen.add(signature.keyId())) {
        throw Forms.refused(
            Refusal.MALFORMED,
            "two signatures by key " + Quote.of(signature.keyId()),
            "one signature for each key");
      }
      if (!signature.sig().isEmpty()) {
        signatures.add(signature);
      }
    }
    return signatures;
  }

  private static Signature signature(JsonObject object) {
    if (!(object.get("keyid") instanceof JsonValue.JsonString(var keyId)) || keyId.isEmpty()) {
      throw malformed("keyid", object.get("keyid"), "a key id");
    }
    if (!(object.get("sig") instanceof JsonValue.JsonString(var sig)) || !Hex.isHex(sig)) {
      throw malformed("sig", object.get("sig"), "lower-case hexadecimal digits");
    }
    return new Signature(keyId, sig);
  }

  /**
   * The keys whose signatures are here; every signature by a key that is known must verify.
   *
   * @param keys the keys that count, by the id under which they do
   * @throws RefusedException {@code SIGNATURE_INVALID}
   */
  List<KeyId> signers(Function<KeyId, Optional<VerificationKey>> keys) {
    List<KeyId> signers = new ArrayList<>();
    for (Signature signature : signatures) {
      keyId(signature)
          .ifPresent(
              id ->
                  keys.apply(id)
                      .ifPresent(
                          key -> {
                            requireVerifies(key, signature);
                            signers.add(id);
                          }));
    }
    return signers;
  }

  private static Optional<KeyId> keyId(Signature signature) {
    try {
      return Optional.of(new KeyId(signature.keyId()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void requireVerifies(VerificationKey key, Signature signature) {
    if (!verifies(key, signature)) {
      throw new RefusedException(
          Refusal.SIGNATURE_INVALID,
          "a signature that does not verify under key " + Quote.of(signature.keyId()),
          "signatures of that key for these bytes, scheme " + TufKeys.scheme(key.algorithm()),
          "fetch the file again from the repository");
    }
  }

  /** Whether {@code signature} is of {@code key} over what is signed here. */
  boolean verifies(VerificationKey key, Signature signature) {
    try {
      return key.verify(canonical.bytes(), TufKeys.decode(key.algorithm(), signature.sig()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static RefusedException malformed(
      String what, @Nullable JsonValue value, String allowed) {
    return Forms.refused(
        Refusal.MALFORMED, what + " " + (value == null ? "missing" : Forms.show(value)), allowed);
  }
}
