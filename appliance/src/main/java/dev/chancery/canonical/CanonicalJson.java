package dev.chancery.canonical;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * OLPC canonical JSON: members in the order of their names' UTF-8 bytes, no whitespace, and in
 * strings only {@code "} and {@code \} escaped (RULES C-1, C-2). Control characters stand in it
 * raw, so it is not always JSON: never parse it, parse the document and encode that.
 */
public final class CanonicalJson {
  private byte[] buffer = new byte[512];
  private int length;

  private CanonicalJson() {}

  /**
   * The canonical bytes of a value.
   *
   * @param value a {@link JsonValue}, or plain Java values as {@link JsonValue#of} takes them
   * @throws IllegalArgumentException if it has no canonical form, such as a string with an unpaired
   *     surrogate
   */
  public static byte[] encode(@Nullable Object value) {
    CanonicalJson writer = new CanonicalJson();
    writer.write(JsonValue.of(value));
    return Arrays.copyOf(writer.buffer, writer.length);
  }

  private void write(JsonValue value) {
    switch (value) {
      case JsonObject object -> writeObject(object);
      case JsonValue.JsonArray(var values) -> {
        put('[');
        for (int i = 0; i < values.size(); i++) {
          separate(i);
          write(values.get(i));
        }
        put(']');
      }
      case JsonValue.JsonString(var text) -> writeString(text);
      case JsonValue.JsonInteger(var number) -> putAscii(Long.toString(number));
      case JsonValue.JsonLiteral literal -> putAscii(literal.text());
    }
  }

  private void writeObject(JsonObject object) {
    put('{');
    for (int i = 0; i < object.size(); i++) {
      separate(i);
      writeString(object.name(i));
      put(':');
      write(object.value(i));
    }
    put('}');
  }

  private void separate(int index) {
    if (index > 0) {
      put(',');
    }
  }

  private void writeString(String text) {
    // Two bytes for each ASCII character and three for any other char are enough.
    reserve(3 * text.length() + 2);
    put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          buffer[length++] = '\\';
        }
        buffer[length++] = (byte) c;
      } else {
        int codePoint = text.codePointAt(i);
        if (Character.isSupplementaryCodePoint(codePoint)) {
          i++;
        }
        putUtf8(codePoint);
      }
    }
    put('"');
  }

  private void putUtf8(int codePoint) {
    if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      throw new IllegalArgumentException("an unpaired surrogate has no canonical JSON");
    }
    byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(utf8, 0, buffer, length, utf8.length);
    length += utf8.length;
  }

  private void putAscii(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[length++] = (byte) text.charAt(i);
    }
  }

  private void put(char ascii) {
    reserve(1);
    buffer[length++] = (byte) ascii;
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
    }
  }
}
