package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.CompactRange;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonArray;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first line of an export (docs/ledger-format.md, "Exports").
 *
 * @param ledgerId the ledger's name
 * @param from number of the first row
 * @param rows how many there are
 * @param before the complete subtrees of the rows before, from left to right
 * @param checkpoint the lines of the newest checkpoint's note; none where there is no checkpoint
 * @param consistency proof that the tree at that checkpoint, where it is larger, begins with the
 *     tree that ends with these rows
 */
record ExportHeader(
    String ledgerId,
    long from,
    long rows,
    List<Sha256> before,
    List<String> checkpoint,
    List<Sha256> consistency) {
  static final String FORMAT = "chancery-export-1";

  byte[] line() {
    Map<String, Object> fields = new HashMap<>();
    fields.put("before", before.stream().map(Sha256::hex).toList());
    fields.put("checkpoint", checkpoint);
    fields.put("consistency", consistency.stream().map(Sha256::hex).toList());
    fields.put("format", FORMAT);
    fields.put("from", from);
    fields.put("ledger", ledgerId);
    fields.put("rows", rows);
    return CanonicalJson.encode(fields);
  }

  /**
   * Reads it.
   *
   * @throws AuditException if the line is not exactly as {@link #line} writes it
   */
  static ExportHeader parse(byte[] line) {
    try {
      if (StrictJson.parse(line, StrictJson.Text.UNICODE) instanceof JsonObject fields) {
        ExportHeader header =
            new ExportHeader(
                text(fields, "ledger"),
                number(fields, "from"),
                number(fields, "rows"),
                hashes(fields, "before"),
                texts(fields, "checkpoint"),
                hashes(fields, "consistency"));
        if (Arrays.equals(header.line(), line)) {
          return header;
        }
      }
    } catch (MalformedJsonException | IllegalArgumentException e) {
      throw new AuditException("the first line is no header of an export: " + e.getMessage(), e);
    }
    throw new AuditException("the first line is not the header of a " + FORMAT);
  }

  /** The note, or null. */
  byte[] note() {
    return String.join("\n", checkpoint).concat("\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The tree over the rows before. */
  CompactRange tree() {
    return CompactRange.of(from, before);
  }

  private static String text(JsonObject fields, String name) {
    return fields.get(name) instanceof JsonString text ? text.value() : "";
  }

  private static long number(JsonObject fields, String name) {
    return fields.get(name) instanceof JsonInteger number ? number.value() : -1;
  }

  private static List<String> texts(JsonObject fields, String name) {
    List<String> texts = new ArrayList<>();
    if (fields.get(name) instanceof JsonArray array) {
      for (JsonValue value : array.values()) {
        texts.add(value instanceof JsonString text ? text.value() : "");
      }
    }
    return texts;
  }

  private static List<Sha256> hashes(JsonObject fields, String name) {
    return texts(fields, name).stream().map(Sha256::fromHex).toList();
  }
}
