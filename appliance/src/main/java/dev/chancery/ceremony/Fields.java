package dev.chancery.ceremony;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the members of an object of ours; what is not as it should be is {@code MALFORMED}. */
final class Fields {
  private final JsonObject object;

  Fields(JsonObject object) {
    this.object = object;
  }

  boolean has(String name) {
    return object.get(name) != null;
  }

  String text(String name) {
    return text(name, object.get(name));
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  int number(String name) {
    if (object.get(name) instanceof JsonValue.JsonInteger(var number) && number == (int) number) {
      return (int) number;
    }
    throw malformed(name);
  }

  boolean truth(String name) {
    if (object.get(name) instanceof JsonValue.JsonLiteral literal
        && literal != JsonValue.JsonLiteral.NULL) {
      return literal == JsonValue.JsonLiteral.TRUE;
    }
    throw malformed(name);
  }

  Sha256 digest(String name) {
    return digest(name, text(name));
  }

  Optional<Sha256> optionalDigest(String name) {
    return optionalText(name).map(text -> digest(name, text));
  }

  List<Sha256> digests(String name) {
    return texts(name).stream().map(text -> digest(name, text)).toList();
  }

  Instant time(String name) {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw malformed(name);
    }
  }

  byte[] bytes(String name) {
    try {
      return Base64.getDecoder().decode(text(name));
    } catch (IllegalArgumentException e) {
      throw malformed(name);
    }
  }

  JsonObject object(String name) {
    if (object.get(name) instanceof JsonObject found) {
      return found;
    }
    throw malformed(name);
  }

  List<String> texts(String name) {
    return values(name).stream().map(value -> text(name, value)).toList();
  }

  List<Fields> objects(String name) {
    List<Fields> found = new ArrayList<>();
    for (JsonValue value : values(name)) {
      if (!(value instanceof JsonObject each)) {
        throw malformed(name);
      }
      found.add(new Fields(each));
    }
    return found;
  }

  private List<JsonValue> values(String name) {
    if (object.get(name) instanceof JsonValue.JsonArray(var values)) {
      return values;
    }
    throw malformed(name);
  }

  private static Sha256 digest(String name, String hex) {
    try {
      return Sha256.fromHex(hex);
    } catch (IllegalArgumentException e) {
      throw malformed(name);
    }
  }

  private static String text(String name, @Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonString(var text)) {
      return text;
    }
    throw malformed(name);
  }

  private static RefusedException malformed(String name) {
    return new RefusedException(
        Refusal.MALFORMED,
        "member " + Quote.of(name) + " missing or of another form",
        "the form that the appliance writes",
        "take the file again from where it was made");
  }
}
