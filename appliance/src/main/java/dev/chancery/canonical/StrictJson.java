package dev.chancery.canonical;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.chancery.api.Quote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON of the one form that every reader understands alike: strict UTF-8 without byte order
 * mark, one value and nothing after it, nesting of 8 at most, whole numbers within 2^53, member
 * names that are distinct and printable ASCII, no unpaired surrogates (RULES C-3 to C-7). Jackson
 * finds the tokens; what it tolerates and the rules do not is refused here.
 */
public final class StrictJson {
  /** Which characters strings may hold; member names are printable ASCII mostly (RULES C-6). */
  public enum Text {
    /** U+0020 to U+007E: Notary. */
    PRINTABLE_ASCII,
    /** Any Unicode scalar value: TUF 1.0. */
    UNICODE,
    /** As {@link #UNICODE}, and names of the Basic Multilingual Plane: where that is configured. */
    UNICODE_NAMES
  }

  private static final int MAX_DEPTH = 8;
  private static final int MAX_NAME_CHARS = 1_000;
  private static final int MAX_NUMBER_CHARS = 100;

  /** Longest literal that can be within the limit: a sign and 16 digits. */
  private static final int MAX_INTEGER_CHARS = 17;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 1)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          // Names come from strangers: they must not fill the table of interned strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final JsonParser parser;
  private final Text text;

  private StrictJson(JsonParser parser, Text text) {
    this.parser = parser;
    this.text = text;
  }

  /**
   * The one value that {@code bytes} are.
   *
   * @throws MalformedJsonException if they break a rule
   */
  public static JsonValue parse(byte[] bytes, Text text) throws MalformedJsonException {
    checkBytes(bytes);
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      return new StrictJson(parser, text).document();
    } catch (JsonEOFException e) {
      throw new MalformedJsonException("an end that comes too early", bytes.length);
    } catch (StreamConstraintsException e) {
      throw new MalformedJsonException(
          "a member name or a number that is too long", offset(e.getLocation()));
    } catch (JacksonException e) {
      // Jackson's own words quote the input and name its settings: no text for strangers.
      throw new MalformedJsonException("text that is not JSON", offset(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory are always readable", e);
    }
  }

  /**
   * Refuses what Jackson would read leniently or take for a sign of UTF-16 or UTF-32: a byte order
   * mark, raw control bytes, and UTF-8 that is overlong, cut off or made of surrogates.
   */
  private static void checkBytes(byte[] bytes) throws MalformedJsonException {
    boolean ascii = true;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b < ' ') {
        if (b < 0) {
          ascii = false;
        } else if (b != '\n' && b != '\r' && b != '\t') {
          throw new MalformedJsonException("a raw control byte", i);
        }
      }
    }
    if (!ascii) {
      checkUtf8(bytes);
    }
  }

  private static void checkUtf8(byte[] bytes) throws MalformedJsonException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    boolean malformed =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true)
            .isError();
    if (malformed) {
      throw new MalformedJsonException("bytes that are not UTF-8", in.position());
    }
    if (out.get(0) == '\ufeff') {
      throw new MalformedJsonException("a byte order mark", 0);
    }
  }

  private JsonValue document() throws IOException, MalformedJsonException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw malformed("no JSON value");
    }
    JsonValue value = value(first);
    if (parser.nextToken() != null) {
      throw malformed("more text after the JSON value");
    }
    return value;
  }

  private JsonValue value(JsonToken token) throws IOException, MalformedJsonException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT ->
          throw malformed("a number with a fraction or an exponent, " + shown());
      case VALUE_TRUE -> JsonValue.JsonLiteral.TRUE;
      case VALUE_FALSE -> JsonValue.JsonLiteral.FALSE;
      case VALUE_NULL -> JsonValue.JsonLiteral.NULL;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("not the start of a value: " + token);
    };
  }

  private JsonObject object() throws IOException, MalformedJsonException {
    checkDepth();
    JsonObject.Builder members = new JsonObject.Builder();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (!isPrintableAscii(name) && !(text == Text.UNICODE_NAMES && isPlainBmp(name))) {
        throw malformed("a member name that is not printable ASCII, " + Quote.of(name));
      }
      members.add(name, value(parser.nextToken()));
    }
    try {
      return members.build();
    } catch (JsonObject.DuplicateNameException e) {
      throw malformed("duplicate member " + Quote.of(e.name()) + " in the object that ends");
    }
  }

  private JsonValue.JsonArray array() throws IOException, MalformedJsonException {
    checkDepth();
    List<JsonValue> values = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      values.add(value(next));
    }
    return new JsonValue.JsonArray(values);
  }

  private void checkDepth() throws MalformedJsonException {
    if (parser.getParsingContext().getNestingDepth() > MAX_DEPTH) {
      throw malformed("nesting deeper than " + MAX_DEPTH);
    }
  }

  private JsonValue.JsonString string() throws IOException, MalformedJsonException {
    String value = parser.getText();
    if (!isPrintableAscii(value)) {
      if (text == Text.PRINTABLE_ASCII) {
        throw malformed("a string that is not printable ASCII, " + Quote.of(value));
      }
      if (hasUnpairedSurrogate(value)) {
        throw malformed("a string with an unpaired surrogate, " + Quote.of(value));
      }
    }
    return new JsonValue.JsonString(value);
  }

  private JsonValue.JsonInteger integer() throws IOException, MalformedJsonException {
    int length = parser.getTextLength();
    long value = length <= MAX_INTEGER_CHARS ? parser.getLongValue() : Long.MAX_VALUE;
    if (value == 0 && length > 1) {
      throw malformed("a minus sign before zero");
    }
    if (Math.abs(value) > JsonValue.JsonInteger.MAX) {
      throw malformed("a number beyond 2^53, " + shown());
    }
    return new JsonValue.JsonInteger(value);
  }

  private String shown() throws IOException {
    return Quote.of(parser.getText());
  }

  private MalformedJsonException malformed(String reason) {
    return new MalformedJsonException(reason, offset(parser.currentTokenLocation()));
  }

  private static long offset(JsonLocation location) {
    return location == null ? 0 : Math.max(0, location.getByteOffset());
  }

  private static boolean isPrintableAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  // Above it canonical JSON has two orders: of code points, and of UTF-16 units (RULES C-1).
  private static boolean isPlainBmp(String value) {
    return value
        .chars()
        .noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
  }

  private static boolean hasUnpairedSurrogate(String value) {
    return value.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }
}
