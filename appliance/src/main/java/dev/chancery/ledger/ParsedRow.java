package dev.chancery.ledger;

import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A row read back; everything in it that is not as docs/ledger-format.md says is an error. */
public final class ParsedRow {
  private final JsonObject fields;

  private ParsedRow(JsonObject fields) {
    this.fields = fields;
  }

  /**
   * Reads the bytes of a row.
   *
   * @throws LedgerException if they are not one canonical JSON object
   */
  public static ParsedRow of(byte[] body) {
    try {
      if (StrictJson.parse(body, StrictJson.Text.UNICODE) instanceof JsonObject fields
          && Arrays.equals(CanonicalJson.encode(fields), body)) {
        return new ParsedRow(fields);
      }
    } catch (MalformedJsonException e) {
      throw new LedgerException("a row is not JSON: " + e.reason(), e);
    }
    throw new LedgerException("a row is not a canonical JSON object");
  }

  /** How many members there are. */
  int size() {
    return fields.size();
  }

  /** The name of a member, in canonical order from 0. */
  String name(int index) {
    return fields.name(index);
  }

  /** The names of all members. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < fields.size(); i++) {
      names.add(fields.name(i));
    }
    return names;
  }

  /** The string member {@code name}, if there is one. */
  public Optional<String> optionalText(String name) {
    JsonValue value = fields.get(name);
    return value instanceof JsonString text ? Optional.of(text.value()) : Optional.empty();
  }

  /** The string member {@code name}. */
  public String text(String name) {
    return optionalText(name)
        .orElseThrow(() -> new LedgerException("a row has no text '" + name + "'"));
  }

  /** The integer member {@code name}, if there is one. */
  public Optional<Long> optionalNumber(String name) {
    JsonValue value = fields.get(name);
    return value instanceof JsonInteger number ? Optional.of(number.value()) : Optional.empty();
  }

  /** The integer member {@code name}. */
  public long number(String name) {
    return optionalNumber(name)
        .orElseThrow(() -> new LedgerException("a row has no number '" + name + "'"));
  }
}
