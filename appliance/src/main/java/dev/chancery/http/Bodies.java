package dev.chancery.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request holds beside its path: members of a JSON object or parameters of a query. Every
 * one is text, each has its name at most once, and none is ignored.
 */
final class Bodies {
  /** Nothing at all. */
  static final Bodies NONE = new Bodies(Map.of());

  private final Map<String, String> members;

  private Bodies(Map<String, String> members) {
    this.members = members;
  }

  /**
   * Reads one JSON object.
   *
   * @param known every name it may have
   * @throws RefusedException {@code REQUEST_INVALID} if it is not that, to the last byte
   */
  static Bodies json(byte[] body, Set<String> known) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = Json.parser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("a body that is not a JSON object", "one JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (!known.contains(name)) {
          throw invalid("unknown member " + Quote.of(name), namesOf(known));
        }
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw invalid("member " + Quote.of(name) + " that is not text", "a JSON string");
        }
        if (members.put(name, parser.getText()) != null) {
          throw invalid("member " + Quote.of(name) + " twice", "each member once");
        }
      }
      if (parser.nextToken() != null) {
        throw invalid("something after the JSON object", "one JSON object");
      }
    } catch (JsonProcessingException e) {
      throw invalid("a body that is not JSON at byte " + offset(e), "JSON in UTF-8 (RFC 8259)");
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be read", e);
    }
    return new Bodies(members);
  }

  /**
   * Reads the parameters of a query.
   *
   * @throws RefusedException {@code REQUEST_INVALID} if one is unknown or given twice
   */
  static Bodies query(Map<String, List<String>> parameters, Set<String> known) {
    Map<String, String> members = new HashMap<>();
    parameters.forEach(
        (name, values) -> {
          if (!known.contains(name)) {
            throw invalid("unknown query parameter " + Quote.of(name), namesOf(known));
          }
          if (values.size() != 1) {
            throw invalid("query parameter " + Quote.of(name) + " twice", "each parameter once");
          }
          members.put(name, values.getFirst());
        });
    return new Bodies(members);
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /** The member as {@code reader} reads it, which must be there. */
  <T> T required(String name, Function<String, T> reader) {
    T value = optional(name, reader);
    if (value == null) {
      throw invalid("no member " + Quote.of(name), "a request with it");
    }
    return value;
  }

  /** The member as {@code reader} reads it, or null if it is not there. */
  <T> @Nullable T optional(String name, Function<String, T> reader) {
    String text = members.get(name);
    if (text == null) {
      return null;
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(
          "member " + Quote.of(name) + " with " + Quote.of(text),
          Quote.ascii(String.valueOf(e.getMessage()), 200));
    }
  }

  /**
   * At least one byte in standard base64 with padding, in the one way there is to write it (RFC
   * 4648 section 4); Java's decoder alone also takes missing padding and stray bits in the last
   * character.
   */
  static byte[] base64(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("standard base64 with padding, without line ends", e);
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("at least one byte in base64");
    }
    int rest = bytes.length % 3;
    String end = Base64.getEncoder().encodeToString(lastGroup(bytes, rest));
    if (text.length() % 4 != 0 || !text.endsWith(end)) {
      throw new IllegalArgumentException("standard base64 with padding and no stray bits");
    }
    return bytes;
  }

  private static byte[] lastGroup(byte[] bytes, int length) {
    return Arrays.copyOfRange(bytes, bytes.length - length, bytes.length);
  }

  static RefusedException invalid(String observed, String allowed) {
    return new RefusedException(
        Refusal.REQUEST_INVALID, observed, allowed, "correct the request as openapi.yaml has it");
  }

  private static String namesOf(Set<String> known) {
    return known.isEmpty() ? "none" : String.join(", ", known.stream().sorted().toList());
  }

  private static long offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
  }
}
