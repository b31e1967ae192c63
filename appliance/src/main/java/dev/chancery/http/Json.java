package dev.chancery.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The door's own JSON: bodies as streams of tokens, nothing by reflection. */
final class Json {
  private static final int MAX_NAME = 64;
  private static final int USUAL_ANSWER = 512;

  // Only UTF-8, no guessing of UTF-16; no names of strangers among the interned strings.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1)
                  .maxNameLength(MAX_NAME)
                  .maxStringLength(Integer.MAX_VALUE) // the door bounds the whole body
                  .build())
          .build();

  private Json() {}

  /** Writes the members of one object. */
  @FunctionalInterface
  interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  static JsonParser parser(byte[] body) throws IOException {
    return FACTORY.createParser(body);
  }

  /** Writes a value as JSON, not in its canonical form, which may be none. */
  static void write(JsonGenerator json, JsonValue value) throws IOException {
    switch (value) {
      case JsonObject object -> {
        json.writeStartObject();
        for (int i = 0; i < object.size(); i++) {
          json.writeFieldName(object.name(i));
          write(json, object.value(i));
        }
        json.writeEndObject();
      }
      case JsonValue.JsonArray(var values) -> {
        json.writeStartArray();
        for (JsonValue each : values) {
          write(json, each);
        }
        json.writeEndArray();
      }
      case JsonValue.JsonString(var text) -> json.writeString(text);
      case JsonValue.JsonInteger(var number) -> json.writeNumber(number);
      case JsonValue.JsonLiteral literal -> json.writeRawValue(literal.text());
    }
  }

  static byte[] object(Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_ANSWER);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }
}
