package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.policy.Admitted.Remembered;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Carried;
import dev.chancery.policy.Frontier;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.SeenHash;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What the rules remember and no row says: budgets, and which files metadata named. One line of
 * canonical JSON each, the same for every store (docs/backup.md, "The format").
 */
sealed interface KeptLine {
  /**
   * Of a key that has signed; watermark, first sequence and {@code resumed} are the rows' matter.
   */
  record OfKey(
      String keyId,
      Instant equalSince,
      int equalCount,
      Bucket newVersions,
      Bucket newHashes,
      Frontier before,
      Frontier at)
      implements KeptLine {}

  /** A hash that a key carried once. */
  record OfHash(String keyId, Remembered hash) implements KeptLine {}

  /** What a caller may still ask for. */
  record OfCaller(String caller, Bucket budget) implements KeptLine {}

  /** The line of a key. */
  static byte[] of(String keyId, KeyState state) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("at", base64(FrontierCodec.encode(state.at())));
    fields.put("before", base64(FrontierCodec.encode(state.before())));
    fields.put("equalCount", state.equalCount());
    fields.put("equalSince", state.equalSince().toString());
    fields.put("keyid", keyId);
    fields.put("kept", "key");
    putBucket(fields, "newHashes", state.newHashes());
    putBucket(fields, "newVersions", state.newVersions());
    return CanonicalJson.encode(fields);
  }

  /** The line of a hash that {@code keyId} carried for {@code name}. */
  static byte[] of(String keyId, String name, Sha256 hash, SeenHash seen) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("firstSequence", seen.firstSequence());
    fields.put("hash", hash.hex());
    fields.put("keyid", keyId);
    fields.put("kept", "hash");
    // A name comes from a stranger and may have a line feed in it.
    fields.put("name", base64(name.getBytes(StandardCharsets.UTF_8)));
    fields.put("superseded", seen.superseded() ? 1 : 0);
    return CanonicalJson.encode(fields);
  }

  /** The line of a caller. */
  static byte[] of(String caller, Bucket budget) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("caller", base64(caller.getBytes(StandardCharsets.UTF_8)));
    fields.put("kept", "caller");
    putBucket(fields, "budget", budget);
    return CanonicalJson.encode(fields);
  }

  private static void putBucket(Map<String, Object> fields, String name, Bucket bucket) {
    fields.put(name + "At", bucket.at().toString());
    fields.put(name + "Level", Double.toString(bucket.level()));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Reads a line.
   *
   * @throws LedgerException if it is not exactly as {@code of} writes it
   */
  static KeptLine parse(byte[] line) {
    try {
      if (StrictJson.parse(line, StrictJson.Text.UNICODE) instanceof JsonObject fields) {
        Reader reader = new Reader(fields);
        KeptLine kept = reader.line();
        if (Arrays.equals(CanonicalJson.encode(fields), line)
            && fields.size() == reader.members(kept)) {
          return kept;
        }
      }
    } catch (MalformedJsonException
        | DateTimeException
        | ArithmeticException
        | IllegalArgumentException e) {
      throw new LedgerException("a line of what is kept beside the rows: " + e.getMessage(), e);
    }
    throw new LedgerException("a line of what is kept beside the rows is not in canonical form");
  }

  /** The members of one line. */
  record Reader(JsonObject fields) {
    private static final int KEY_MEMBERS = 10;
    private static final int HASH_MEMBERS = 6;
    private static final int CALLER_MEMBERS = 4;

    KeptLine line() {
      return switch (text("kept")) {
        case "key" -> key();
        case "hash" -> hash();
        case "caller" -> new OfCaller(utf8("caller"), bucket("budget"));
        default -> throw new LedgerException("an unknown kind, " + text("kept"));
      };
    }

    int members(KeptLine line) {
      return switch (line) {
        case OfKey key -> KEY_MEMBERS;
        case OfHash hash -> HASH_MEMBERS;
        case OfCaller caller -> CALLER_MEMBERS;
      };
    }

    private OfKey key() {
      return new OfKey(
          text("keyid"),
          Instant.parse(text("equalSince")),
          Math.toIntExact(number("equalCount")),
          bucket("newVersions"),
          bucket("newHashes"),
          FrontierCodec.decode(bytes("before")),
          FrontierCodec.decode(bytes("at")));
    }

    private OfHash hash() {
      Carried file = new Carried(Sha256.fromHex(text("hash")), number("firstSequence"));
      return new OfHash(
          text("keyid"), new Remembered(utf8("name"), file, number("superseded") == 1));
    }

    private Bucket bucket(String name) {
      double level = Double.parseDouble(text(name + "Level"));
      if (!Double.isFinite(level)) {
        throw new IllegalArgumentException("a level is a finite number");
      }
      return new Bucket(level, Instant.parse(text(name + "At")));
    }

    private String utf8(String name) {
      return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String name) {
      return Base64.getDecoder().decode(text(name));
    }

    private String text(String name) {
      JsonValue value = fields.get(name);
      if (value instanceof JsonString text) {
        return text.value();
      }
      throw new IllegalArgumentException("there is no text '" + name + "'");
    }

    private long number(String name) {
      JsonValue value = fields.get(name);
      if (value instanceof JsonInteger number) {
        return number.value();
      }
      throw new IllegalArgumentException("there is no number '" + name + "'");
    }
  }
}
