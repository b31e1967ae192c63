package dev.chancery.ceremony.transcript;

import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonString;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may stand in a transcript: one line of printable ASCII, and nothing like a share. */
final class Texts {
  private static final Pattern LINE = Pattern.compile("[ -~]{1,1000}");

  /** Three groups of a share, one after another, typed as people do. */
  private static final Pattern LIKE_A_SHARE =
      Pattern.compile(
          "(?i).*\\b(?=[0-9a-z]*[0-9])[0-9a-z]{5}([ -])(?=[0-9a-z]*[0-9])[0-9a-z]{5}\\1"
              + "(?=[0-9a-z]*[0-9])[0-9a-z]{5}\\b.*");

  private Texts() {}

  static String line(String what, String text) {
    if (!LINE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what + " is one line of 1 to 1000 printable ASCII characters");
    }
    if (LIKE_A_SHARE.matcher(text).matches()) {
      // Without the text: it must not come into a log either.
      throw new IllegalArgumentException(what + " looks like a share, which nobody may record");
    }
    return text;
  }

  static SortedMap<String, String> lines(SortedMap<String, String> texts) {
    SortedMap<String, String> checked = new TreeMap<>();
    texts.forEach((name, text) -> checked.put(line("a name", name), line(name, text)));
    return Collections.unmodifiableSortedMap(checked);
  }

  static JsonObject object(@Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("an object is missing");
  }

  static String text(JsonObject object, String name) {
    if (object.get(name) instanceof JsonString(var text)) {
      return text;
    }
    throw new IllegalArgumentException("the text \"" + name + "\" is missing");
  }

  static int number(JsonObject object, String name) {
    if (object.get(name) instanceof JsonInteger(var number) && number == (int) number) {
      return (int) number;
    }
    throw new IllegalArgumentException("the number \"" + name + "\" is missing");
  }

  static SortedMap<String, String> texts(JsonObject object, String name) {
    JsonObject inner = object(object.get(name));
    SortedMap<String, String> texts = new TreeMap<>();
    for (int i = 0; i < inner.size(); i++) {
      texts.put(inner.name(i), text(inner, inner.name(i)));
    }
    return texts;
  }
}
