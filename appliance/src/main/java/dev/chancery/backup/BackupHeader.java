package dev.chancery.backup;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonArray;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first line of a backup (docs/backup.md, "The format").
 *
 * @param program version of the program that made it
 * @param time when it was begun
 * @param ledgerFile where the ledger is, from the directory of the configuration; empty where it is
 *     elsewhere or no file
 * @param files how many files follow
 * @param withheld names of files that it takes to serve and that are in no backup
 * @param envelope what stands before the content in the file
 */
record BackupHeader(
    String program,
    Instant time,
    String ledgerFile,
    int files,
    List<String> withheld,
    Envelope.Head envelope) {
  static final String FORMAT = "chancery-backup-1";

  private static final String ANY_FORMAT = "chancery-backup-[0-9]+";

  byte[] line() {
    Map<String, Object> fields = new HashMap<>();
    fields.put("envelopeLength", envelope.length());
    fields.put("envelopeSha256", envelope.sha256().hex());
    fields.put("files", files);
    fields.put("format", FORMAT);
    fields.put("ledgerFile", ledgerFile);
    fields.put("program", program);
    fields.put("time", time.toString());
    fields.put("withheld", withheld);
    return CanonicalJson.encode(fields);
  }

  /**
   * Reads it.
   *
   * @throws BackupException if another version of the program made it, or it is none
   */
  static BackupHeader parse(byte[] line) {
    try {
      if (StrictJson.parse(line, StrictJson.Text.UNICODE) instanceof JsonObject fields) {
        requireFormat(text(fields, "format"));
        BackupHeader header =
            new BackupHeader(
                text(fields, "program"),
                Instant.parse(text(fields, "time")),
                text(fields, "ledgerFile"),
                number(fields, "files"),
                texts(fields, "withheld"),
                new Envelope.Head(
                    number(fields, "envelopeLength"),
                    Sha256.fromHex(text(fields, "envelopeSha256"))));
        if (Arrays.equals(header.line(), line)) {
          return header;
        }
      }
    } catch (MalformedJsonException
        | DateTimeException
        | ArithmeticException
        | IllegalArgumentException e) {
      throw new BackupException("its first line is no header: " + e.getMessage(), e);
    }
    throw new BackupException("its first line is not the header of a " + FORMAT);
  }

  private static void requireFormat(String format) {
    if (format.matches(ANY_FORMAT) && !format.equals(FORMAT)) {
      throw new BackupException(
          "it is a "
              + format
              + ", made by a newer Chancery; this one reads "
              + FORMAT
              + ": restore it with that version or a later one");
    }
  }

  private static String text(JsonObject fields, String name) {
    return fields.get(name) instanceof JsonString text ? text.value() : "";
  }

  private static int number(JsonObject fields, String name) {
    return fields.get(name) instanceof JsonInteger number ? Math.toIntExact(number.value()) : -1;
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
}
