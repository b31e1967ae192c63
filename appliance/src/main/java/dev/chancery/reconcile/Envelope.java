package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What both dialects have in common in a file of metadata; nothing here is verified. */
final class Envelope {
  private final JsonObject file;

  private Envelope(JsonObject file) {
    this.file = file;
  }

  /** The file, if it is one JSON object. */
  static Optional<Envelope> of(byte[] bytes) {
    try {
      return StrictJson.parse(bytes, StrictJson.Text.UNICODE) instanceof JsonObject object
          ? Optional.of(new Envelope(object))
          : Optional.empty();
    } catch (MalformedJsonException e) {
      return Optional.empty();
    }
  }

  /** Digest of the canonical bytes of {@code signed}. */
  Optional<Sha256> digest() {
    JsonValue signed = file.get("signed");
    return signed == null ? Optional.empty() : Optional.of(Sha256.of(CanonicalJson.encode(signed)));
  }

  /** The {@code version} of {@code signed}. */
  Optional<Long> version() {
    return member(file.get("signed"), "version") instanceof JsonValue.JsonInteger(var number)
        ? Optional.of(number)
        : Optional.empty();
  }

  /** Whose signatures it says it has. */
  Set<KeyId> signers() {
    Set<KeyId> ids = new LinkedHashSet<>();
    if (file.get("signatures") instanceof JsonValue.JsonArray(var values)) {
      values.forEach(value -> add(ids, member(value, "keyid")));
    }
    return ids;
  }

  /** Of a root: the keys it names for {@code role}. */
  Set<KeyId> keysOf(Role role) {
    Set<KeyId> ids = new LinkedHashSet<>();
    JsonValue named = member(member(member(file.get("signed"), "roles"), role.id()), "keyids");
    if (named instanceof JsonValue.JsonArray(var values)) {
      values.forEach(value -> add(ids, value));
    }
    return ids;
  }

  private static JsonValue member(@Nullable JsonValue of, String name) {
    JsonValue value = of instanceof JsonObject object ? object.get(name) : null;
    return value == null ? JsonValue.JsonLiteral.NULL : value;
  }

  private static void add(Set<KeyId> ids, JsonValue value) {
    if (value instanceof JsonValue.JsonString(var hex) && hex.matches("[0-9a-f]{64}")) {
      ids.add(new KeyId(hex));
    }
  }
}
