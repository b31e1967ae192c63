package dev.chancery.metadata;

import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.Role;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code signed} object of Notary's timestamps and snapshots. The order of the checks is what a
 * publisher can act on first: size, JSON, names in other case, type, members, values, and the
 * canonical form last.
 */
final class NotarySigned {
  private static final List<String> MEMBERS = List.of("_type", "expires", "meta", "version");

  private NotarySigned() {}

  /** NC-6. */
  static int maxBytes(Role role) {
    return switch (role) {
      case TIMESTAMP -> 4 * 1024;
      case SNAPSHOT -> 1024 * 1024;
    };
  }

  /** The timestamp whose canonical form {@code signed} is (RULES NC-1 to NC-6, NT-1 to NT-4). */
  static Timestamp timestamp(byte[] signed, FormOptions options) {
    JsonObject object = object(Role.TIMESTAMP, signed);
    Version version = version(object.get("version"));
    Instant expires = expires(object.get("expires"));
    MetaFile snapshot = new NotaryMeta(options).ofTimestamp(object.get("meta"));
    CanonicalBytes canonical = canonical(object, signed);
    return new Timestamp(version, expires, NotaryMeta.SNAPSHOT, snapshot, canonical);
  }

  /** The snapshot whose canonical form {@code signed} is (RULES NC-1 to NC-6, NS-1, NS-2). */
  static Snapshot snapshot(byte[] signed, FormOptions options) {
    JsonObject object = object(Role.SNAPSHOT, signed);
    Version version = version(object.get("version"));
    Instant expires = expires(object.get("expires"));
    SortedMap<String, MetaFile> meta = new NotaryMeta(options).ofSnapshot(object.get("meta"));
    return new Snapshot(version, expires, meta, canonical(object, signed));
  }

  private static JsonObject object(Role role, byte[] signed) {
    String what = role.id() + " metadata";
    Forms.checkSize(what, signed, maxBytes(role));
    JsonObject object = Forms.object(what, signed);
    checkTypeAndMembers(role, object);
    return object;
  }

  /** NC-1: what every verifier recomputes from the parsed object must be what is signed. */
  private static CanonicalBytes canonical(JsonObject object, byte[] signed) {
    byte[] canonical = CanonicalJson.encode(object);
    if (!Arrays.equals(canonical, signed)) {
      throw Forms.refused(
          Refusal.NOT_CANONICAL,
          "bytes that are not the canonical JSON of what they say",
          "members in order, no whitespace, no escapes but of quote and backslash");
    }
    // Not the caller's array: what is kept is what was read, even if that changes meanwhile.
    return new CanonicalBytes(canonical);
  }

  /** C-8, NC-2, NC-3. */
  private static void checkTypeAndMembers(Role role, JsonObject object) {
    if (!Forms.hasExactly(object, MEMBERS)) {
      Forms.checkCase("signed", object, MEMBERS);
    }
    JsonValue type = object.get("_type");
    if (type != null
        && !(type instanceof JsonValue.JsonString(var text) && text.equals(spelling(role)))) {
      throw Forms.refused(
          Refusal.WRONG_TYPE,
          "_type " + Forms.show(type),
          Quote.of(spelling(role)) + ", for this key signs " + role.id() + " metadata of Notary");
    }
    Forms.checkMembers("signed", object, MEMBERS);
  }

  /** N-1: Notary writes the type with a capital letter. */
  private static String spelling(Role role) {
    return switch (role) {
      case TIMESTAMP -> "Timestamp";
      case SNAPSHOT -> "Snapshot";
    };
  }

  /** NC-4. */
  private static Version version(@Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonInteger(var number)
        && number >= 1
        && number <= Integer.MAX_VALUE) {
      return new Version((int) number);
    }
    throw Forms.refused(
        Refusal.MALFORMED,
        "version " + (value == null ? "missing" : Forms.show(value)),
        "a whole number, 1 to " + Integer.MAX_VALUE);
  }

  /** The form of NC-5. */
  private static Instant expires(@Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonString(var text)) {
      try {
        return Rfc3339.parse(text);
      } catch (DateTimeException e) {
        // Refused below with everything else that is no time.
      }
    }
    throw Forms.refused(
        Refusal.MALFORMED,
        "expires " + (value == null ? "missing" : Forms.show(value)),
        "a date and time like 2026-12-07T06:48:15.9289437Z, with Z or an offset like -08:00");
  }
}
