package dev.chancery.canonical;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value that does not change and that has a canonical form (RULES C-1 to C-4). */
public sealed interface JsonValue
    permits JsonObject,
        JsonValue.JsonArray,
        JsonValue.JsonString,
        JsonValue.JsonInteger,
        JsonValue.JsonLiteral {
  /** Text: any sequence of Unicode scalar values. */
  record JsonString(String value) implements JsonValue {}

  /** A whole number of magnitude 2^53 - 1 at most: all that every reader agrees on (RULES C-3). */
  record JsonInteger(long value) implements JsonValue {
    /** The largest magnitude, 2^53 - 1. */
    public static final long MAX = (1L << 53) - 1;

    public JsonInteger {
      if (value > MAX || value < -MAX) {
        throw new IllegalArgumentException("a canonical integer lies within 2^53, not " + value);
      }
    }
  }

  /** {@code true}, {@code false} and {@code null} (RULES C-4). */
  enum JsonLiteral implements JsonValue {
    TRUE("true"),
    FALSE("false"),
    NULL("null");

    private final String text;

    JsonLiteral(String text) {
      this.text = text;
    }

    /** As it is written. */
    public String text() {
      return text;
    }
  }

  /** Values in their order. */
  record JsonArray(List<JsonValue> values) implements JsonValue {
    public JsonArray {
      values = List.copyOf(values);
    }
  }

  /**
   * The JSON value that plain Java values stand for.
   *
   * @param value a {@code Map} with {@code String} keys, a {@code List}, a {@code String}, an
   *     {@code Integer}, a {@code Long}, a {@code Boolean}, a {@code JsonValue}, or {@code null}
   * @throws IllegalArgumentException for anything else, also inside
   */
  static JsonValue of(@Nullable Object value) {
    return switch (value) {
      case null -> JsonLiteral.NULL;
      case JsonValue json -> json;
      case String text -> new JsonString(text);
      case Integer number -> new JsonInteger(number);
      case Long number -> new JsonInteger(number);
      case Boolean truth -> truth ? JsonLiteral.TRUE : JsonLiteral.FALSE;
      case List<?> list -> new JsonArray(list.stream().map(JsonValue::of).toList());
      case Map<?, ?> map -> JsonObject.of(map);
      default ->
          throw new IllegalArgumentException(
              "has no canonical JSON: " + value.getClass().getName());
    };
  }

  /** What sort of value this is, for messages: such as {@code a string}. */
  default String kind() {
    return switch (this) {
      case JsonObject object -> "an object";
      case JsonArray array -> "an array";
      case JsonString string -> "a string";
      case JsonInteger integer -> "a number";
      case JsonLiteral literal -> literal.text();
    };
  }
}
