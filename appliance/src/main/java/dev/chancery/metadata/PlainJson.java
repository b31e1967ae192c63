package dev.chancery.metadata;

import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.util.List;

/**
 * JSON that every parser reads, in canonical order and without blanks: as the canonical form, but
 * with control characters escaped, which that leaves raw (RULES C-2).
 */
final class PlainJson {
  private final StringBuilder out = new StringBuilder();

  private PlainJson() {}

  static String write(JsonValue value) {
    PlainJson json = new PlainJson();
    json.value(value);
    return json.out.toString();
  }

  private void value(JsonValue value) {
    switch (value) {
      case JsonObject object -> object(object);
      case JsonValue.JsonArray(var values) -> array(values);
      case JsonValue.JsonString(var text) -> text(text);
      case JsonValue.JsonInteger(var number) -> out.append(number);
      case JsonValue.JsonLiteral literal -> out.append(literal.text());
    }
  }

  private void object(JsonObject object) {
    out.append('{');
    for (int i = 0; i < object.size(); i++) {
      out.append(i == 0 ? "" : ",");
      text(object.name(i));
      out.append(':');
      value(object.value(i));
    }
    out.append('}');
  }

  private void array(List<JsonValue> values) {
    out.append('[');
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : ",");
      value(values.get(i));
    }
    out.append(']');
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
