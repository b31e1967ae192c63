package dev.chancery.ceremony.shares;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a divided PIN: no secret, but enough to tell each share from a forged one and the
 * PIN from a wrong one, before a token hears of it (CEREMONY P-2). It is canonical JSON in a file
 * or a ledger row.
 *
 * @param needed how many shares put the PIN together, 2 to 16
 * @param shares one commitment for each share, by index from 1; as many as there are shares
 * @param pin the commitment of the PIN
 */
public record ShareSet(
    ShareSetId id,
    Purpose purpose,
    int needed,
    SlowHash slowHash,
    List<Commitment> shares,
    Commitment pin) {
  /** Fewer would be one person alone. */
  public static final int LEAST_NEEDED = 2;

  /** More people do not come together. */
  public static final int MOST_SHARES = 16;

  private static final String TYPE = "chancery-share-set-v1";

  public ShareSet {
    shares = List.copyOf(shares);
    checkQuorum(needed, shares.size());
  }

  static void checkQuorum(int needed, int count) {
    if (needed < LEAST_NEEDED || count < needed || count > MOST_SHARES) {
      throw new IllegalArgumentException(
          "2 or more of at most " + MOST_SHARES + " shares, not " + needed + " of " + count);
    }
  }

  /** What binds a commitment to its place: a share of one set cannot stand in for another's. */
  static byte[] context(ShareSetId id, Purpose purpose, int index) {
    String what = index == 0 ? "pin" : "share " + index;
    return (TYPE + " " + id + " " + purpose + " " + what).getBytes(StandardCharsets.US_ASCII);
  }

  /** Canonical JSON, nothing secret in it. */
  public byte[] toJson() {
    return CanonicalJson.encode(toValue());
  }

  /** As {@link #toJson}, to stand inside another object. */
  public JsonObject toValue() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", TYPE);
    members.put("set", id.hex());
    members.put("purpose", purpose.name());
    members.put("needed", needed);
    members.put("memory-kib", slowHash.memoryKib());
    members.put("passes", slowHash.passes());
    members.put("shares", shares.stream().map(ShareSet::json).toList());
    members.put("pin", json(pin));
    return JsonObject.of(members);
  }

  private static Map<String, String> json(Commitment commitment) {
    return Map.of("salt", commitment.salt(), "hash", commitment.hash());
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws IllegalArgumentException if it is not exactly that
   */
  public static ShareSet read(byte[] json) {
    try {
      return read(StrictJson.parse(json, StrictJson.Text.PRINTABLE_ASCII));
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException("not a share set: " + e.getMessage(), e);
    }
  }

  /** As {@link #read(byte[])}, of what stood inside another object. */
  public static ShareSet read(JsonValue value) {
    if (!(value instanceof JsonObject object)
        || !(object.get("shares") instanceof JsonArray(var commitments))) {
      throw new IllegalArgumentException("not a share set");
    }
    List<Commitment> shares = new ArrayList<>();
    commitments.forEach(each -> shares.add(commitment(each)));
    ShareSet read =
        new ShareSet(
            new ShareSetId(text(object.get("set"))),
            Purpose.valueOf(text(object.get("purpose"))),
            number(object.get("needed")),
            new SlowHash(number(object.get("memory-kib")), number(object.get("passes"))),
            shares,
            commitment(object.get("pin")));
    if (!read.toValue().equals(object)) {
      throw new IllegalArgumentException("a share set has other members");
    }
    return read;
  }

  private static Commitment commitment(@Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return new Commitment(text(object.get("salt")), text(object.get("hash")));
    }
    throw new IllegalArgumentException("a commitment is missing in the share set");
  }

  private static String text(@Nullable JsonValue value) {
    if (value instanceof JsonString(var text)) {
      return text;
    }
    throw new IllegalArgumentException("a text is missing in the share set");
  }

  private static int number(@Nullable JsonValue value) {
    if (value instanceof JsonInteger(var number) && number == (int) number) {
      return (int) number;
    }
    throw new IllegalArgumentException("a number is missing in the share set");
  }
}
