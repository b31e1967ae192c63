package dev.chancery.recovery;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Quote;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the members of an object in a list file; what is not as it should be is named. */
final class Members {
  private final JsonObject object;
  private final String where;

  private Members(JsonObject object, String where) {
    this.object = object;
    this.where = where;
  }

  /** The one object that {@code file} is. */
  static Members ofFile(byte[] file) {
    try {
      if (StrictJson.parse(file, StrictJson.Text.UNICODE) instanceof JsonObject object) {
        return new Members(object, "the list");
      }
    } catch (MalformedJsonException e) {
      throw new ListFormatException("the list is not JSON: " + e.reason());
    }
    throw new ListFormatException("the list is not one JSON object");
  }

  /** Refuses members beside {@code known}: they would be believed to mean something. */
  void only(Set<String> known) {
    for (int i = 0; i < object.size(); i++) {
      if (!known.contains(object.name(i))) {
        throw new ListFormatException(where + " has a member " + Quote.of(object.name(i)));
      }
    }
  }

  boolean has(String name) {
    return object.get(name) != null;
  }

  String text(String name) {
    if (object.get(name) instanceof JsonValue.JsonString(var text)) {
      return text;
    }
    throw new ListFormatException(where + " has no text \"" + name + "\"");
  }

  /** The text member as {@code reader} reads it. */
  private <T> T read(String name, Function<String, T> reader) {
    try {
      return reader.apply(text(name));
    } catch (ListFormatException e) {
      throw e;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new ListFormatException(
          where + ": \"" + name + "\" is " + Quote.of(text(name)) + ": " + e.getMessage());
    }
  }

  KeyId keyId(String name) {
    return read(name, KeyId::new);
  }

  RepositoryName repository(String name) {
    return read(name, RepositoryName::new);
  }

  Role role(String name) {
    return read(name, Role::of);
  }

  Dialect dialect(String name) {
    return read(name, Dialect::of);
  }

  Sha256 sha256(String name) {
    return read(name, Sha256::fromHex);
  }

  Instant time(String name) {
    return read(name, Instant::parse);
  }

  byte[] base64(String name) {
    return read(name, Base64.getDecoder()::decode);
  }

  byte @Nullable [] optionalBase64(String name) {
    return has(name) ? base64(name) : null;
  }

  Version version(String name) {
    if (object.get(name) instanceof JsonValue.JsonInteger(var number)
        && number >= 1
        && number <= Integer.MAX_VALUE) {
      return new Version((int) number);
    }
    throw new ListFormatException(
        where + " has no version \"" + name + "\", a number from 1 to " + Integer.MAX_VALUE);
  }

  /** The elements of the array {@code name}, one at least, each with a {@code keyid} of its own. */
  <T> List<T> entries(String name, Function<Members, T> reader, Function<T, KeyId> keyOf) {
    if (!(object.get(name) instanceof JsonValue.JsonArray(var values)) || values.isEmpty()) {
      throw new ListFormatException(where + " has no array \"" + name + "\" of one or more");
    }
    List<T> entries = new ArrayList<>();
    Set<KeyId> seen = new HashSet<>();
    for (JsonValue value : values) {
      String which = name + "[" + entries.size() + "]";
      if (!(value instanceof JsonObject element)) {
        throw new ListFormatException(which + " is no object");
      }
      T entry = reader.apply(new Members(element, which));
      if (!seen.add(keyOf.apply(entry))) {
        throw new ListFormatException(which + " is about a key that was named before");
      }
      entries.add(entry);
    }
    return entries;
  }
}
