package dev.chancery.metadata;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks of form that objects of every kind share. */
final class Forms {
  private static final String REMEDY =
      "send the metadata exactly as the trust server made it, in the form of this key's dialect";

  private Forms() {}

  /** Refuses more bytes than {@code max} before anything reads them. */
  static void checkSize(String what, byte[] bytes, int max) {
    if (bytes.length > max) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          what + " of " + bytes.length + " bytes",
          "at most " + max + " bytes",
          "send the metadata of this role alone, or publish fewer names in one repository");
    }
  }

  /** The object that {@code bytes} are, or {@code MALFORMED}. */
  static JsonObject object(String what, byte[] bytes) {
    return object(
        what,
        bytes,
        StrictJson.Text.PRINTABLE_ASCII,
        "one JSON object in printable ASCII, with distinct names and whole numbers within 2^53");
  }

  /** The object that {@code bytes} are, with such text in it, or {@code MALFORMED}. */
  static JsonObject object(String what, byte[] bytes, StrictJson.Text text, String allowed) {
    try {
      JsonValue value = StrictJson.parse(bytes, text);
      if (value instanceof JsonObject object) {
        return object;
      }
      throw refused(Refusal.MALFORMED, what + " that is " + value.kind(), "an object");
    } catch (MalformedJsonException e) {
      throw refused(Refusal.MALFORMED, what + " with " + e.getMessage(), allowed);
    }
  }

  /**
   * Refuses a member that a case-insensitive reader takes for one of {@code known} (RULES C-8),
   * whatever else the object holds.
   */
  static void checkCase(String what, JsonObject object, List<String> known) {
    Optional<String> variant = object.caseVariantOf(known);
    if (variant.isPresent()) {
      throw refused(
          Refusal.UNKNOWN_FIELD,
          "member " + Quote.of(variant.get()) + " of " + what + ", a known name in other case",
          list(known));
    }
  }

  /**
   * Requires exactly the members {@code names} (RULES NC-3).
   *
   * @param names in canonical order
   */
  static void checkMembers(String what, JsonObject object, List<String> names) {
    if (hasExactly(object, names)) {
      return;
    }
    checkCase(what, object, names);
    for (int i = 0; i < object.size(); i++) {
      if (!names.contains(object.name(i))) {
        throw refused(
            Refusal.UNKNOWN_FIELD,
            "member " + Quote.of(object.name(i)) + " of " + what,
            list(names));
      }
    }
    for (String name : names) {
      if (object.get(name) == null) {
        throw refused(
            Refusal.UNKNOWN_FIELD, what + " without member " + Quote.of(name), list(names));
      }
    }
  }

  /**
   * Requires the members {@code required}, and lets it have those of {@code optional} (RULES TC-3).
   */
  static void checkMembers(
      String what, JsonObject object, List<String> required, Collection<String> optional) {
    List<String> known = Stream.concat(required.stream(), optional.stream().sorted()).toList();
    checkCase(what, object, known);
    for (int i = 0; i < object.size(); i++) {
      if (!known.contains(object.name(i))) {
        throw refused(
            Refusal.UNKNOWN_FIELD,
            "member " + Quote.of(object.name(i)) + " of " + what,
            "no other members than " + names(known));
      }
    }
    for (String name : required) {
      if (object.get(name) == null) {
        throw refused(
            Refusal.UNKNOWN_FIELD,
            what + " without member " + Quote.of(name),
            "members " + names(required));
      }
    }
  }

  /** Whether the members are {@code names}, which are in canonical order. */
  static boolean hasExactly(JsonObject object, List<String> names) {
    if (object.size() != names.size()) {
      return false;
    }
    for (int i = 0; i < object.size(); i++) {
      if (!object.name(i).equals(names.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** A value as shown in an answer. */
  static String show(JsonValue value) {
    return switch (value) {
      case JsonValue.JsonString(var text) -> Quote.of(text);
      case JsonValue.JsonInteger(var number) -> Long.toString(number);
      case JsonValue.JsonLiteral literal -> literal.text();
      case JsonObject object -> object.kind();
      case JsonValue.JsonArray array -> value.kind();
    };
  }

  /** Names as shown in an answer. */
  static String list(List<String> names) {
    return "exactly these members: " + names(names);
  }

  private static String names(List<String> names) {
    return names.stream().map(Quote::of).collect(Collectors.joining(", "));
  }

  /** The refusal of something the publisher's trust server would not have made. */
  static RefusedException refused(Refusal reason, String observed, String allowed) {
    return new RefusedException(reason, observed, allowed, REMEDY);
  }
}
