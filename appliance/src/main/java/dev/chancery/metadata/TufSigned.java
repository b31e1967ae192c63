package dev.chancery.metadata;

import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.Role;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.TufSnapshot;
import dev.chancery.api.TufTimestamp;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code signed} object of TUF 1.0 timestamps and snapshots. Any JSON form of it will do: what
 * is signed is its canonical form, made here (RULES section 5).
 */
final class TufSigned {
  private static final List<String> MEMBERS =
      List.of("_type", "expires", "meta", "spec_version", "version");

  /** T-1: sigstore writes "1.0", and tuf-js wants two or three numbers. */
  private static final Pattern SPEC_VERSION = Pattern.compile("1\\.[0-9]{1,9}(\\.[0-9]{1,9})?");

  /** T-3: to the second, in UTC, and no other way to write it. */
  private static final int EXPIRES_CHARS = "2026-12-07T06:48:15Z".length();

  private TufSigned() {}

  /** TC-6: as much of the whole file as every client downloads (RULES T-10). */
  static int maxFileBytes(Role role) {
    return switch (role) {
      case TIMESTAMP -> 16_384;
      case SNAPSHOT -> 2_000_000;
    };
  }

  /** The metadata of {@code role} that {@code signed} says (RULES TC-1 to TC-6). */
  static TufMetadata parse(Role role, byte[] signed, TufForm form) {
    String what = role.id() + " metadata";
    Forms.checkSize(what, signed, maxFileBytes(role));
    return of(role, Forms.object(what, signed, text(form), ALLOWED), form);
  }

  static final String ALLOWED =
      "one JSON object in UTF-8, with distinct ASCII names and whole numbers within 2^53";

  static StrictJson.Text text(TufForm form) {
    return form.nonAsciiNames() ? StrictJson.Text.UNICODE_NAMES : StrictJson.Text.UNICODE;
  }

  /** The metadata of {@code role} that {@code signed} is. */
  static TufMetadata of(Role role, JsonObject signed, TufForm form) {
    Forms.checkCase("signed", signed, MEMBERS);
    checkType(role, signed.get("_type"));
    Forms.checkMembers("signed", signed, MEMBERS, form.fields(role));
    checkSpecVersion(signed.get("spec_version"));
    Version version = version("version", signed.get("version"), Refusal.MALFORMED);
    Instant expires = expires(signed.get("expires"));
    TufMeta meta = new TufMeta(form);
    CanonicalBytes canonical = new CanonicalBytes(CanonicalJson.encode(signed));
    TufMetadata metadata =
        switch (role) {
          case TIMESTAMP ->
              new TufTimestamp(version, expires, meta.ofTimestamp(signed.get("meta")), canonical);
          case SNAPSHOT ->
              new TufSnapshot(version, expires, meta.ofSnapshot(signed.get("meta")), canonical);
        };
    checkFileSize(role, canonical);
    return metadata;
  }

  /** TC-6: the file is larger than what is signed by one signature at least. */
  private static void checkFileSize(Role role, CanonicalBytes canonical) {
    int file = canonical.length() + TufEnvelope.SMALLEST_OVERHEAD;
    if (file > maxFileBytes(role)) {
      throw Forms.refused(
          Refusal.TOO_LARGE,
          role.id() + " metadata of " + canonical.length() + " bytes, with a signature " + file,
          "a file of " + maxFileBytes(role) + " bytes, as clients download");
    }
  }

  /** TC-1. */
  private static void checkType(Role role, @Nullable JsonValue type) {
    if (type != null
        && !(type instanceof JsonValue.JsonString(var text) && text.equals(role.id()))) {
      throw Forms.refused(
          Refusal.WRONG_TYPE,
          "_type " + Forms.show(type),
          Quote.of(role.id()) + ", for this key signs " + role.id() + " metadata of TUF 1.0");
    }
  }

  /** TC-2. */
  private static void checkSpecVersion(@Nullable JsonValue value) {
    if (!(value instanceof JsonValue.JsonString(var text)
        && SPEC_VERSION.matcher(text).matches())) {
      throw Forms.refused(
          Refusal.MALFORMED, "spec_version " + shown(value), "1 and one or two numbers more");
    }
  }

  /** TC-4: sigstore-java reads versions into 32 bits (RULES T-2). */
  static Version version(String what, @Nullable JsonValue value, Refusal reason) {
    if (value instanceof JsonValue.JsonInteger(var number)
        && number >= 1
        && number <= Integer.MAX_VALUE) {
      return new Version((int) number);
    }
    throw Forms.refused(
        reason, what + " " + shown(value), "a whole number, 1 to " + Integer.MAX_VALUE);
  }

  /** The form of TC-5. */
  private static Instant expires(@Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonString(var text) && text.length() == EXPIRES_CHARS) {
      try {
        return Rfc3339.parse(text);
      } catch (DateTimeException e) {
        // Refused below with everything else that is no time.
      }
    }
    throw Forms.refused(
        Refusal.MALFORMED,
        "expires " + shown(value),
        "a date and time like 2026-12-07T06:48:15Z: whole seconds, in UTC, with Z");
  }

  private static String shown(@Nullable JsonValue value) {
    return value == null ? "missing" : Forms.show(value);
  }
}
