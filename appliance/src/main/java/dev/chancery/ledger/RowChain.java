package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Numbers rows and chains them: each row holds the hash of the row before it, and a row's hash is
 * SHA-256(0x00 ‖ row bytes), which is also its RFC 6962 leaf hash (docs/ledger-format.md).
 */
final class RowChain {
  /** What the first row holds as {@code previous}. */
  static final Sha256 START = Sha256.fromBytes(new byte[Sha256.LENGTH]);

  private long nextSequence;
  private Sha256 previous;

  RowChain(long nextSequence, Sha256 previous) {
    this.nextSequence = nextSequence;
    this.previous = previous;
  }

  /** The chain after {@code head}. */
  static RowChain after(LedgerHead head) {
    return new RowChain(head.sequence() + 1, head.hash());
  }

  /** The chain after the row {@code last}. */
  static RowChain after(byte[] last) {
    ParsedRow row = ParsedRow.of(last);
    return new RowChain(row.number("sequence") + 1, hash(last));
  }

  /** The number of the row that {@link #append} makes next. */
  long nextSequence() {
    return nextSequence;
  }

  /** The bytes of the next row; {@code fields} gets its sequence, time, kind and previous hash. */
  byte[] append(String kind, Instant time, Map<String, Object> fields) {
    Instant stamp = time.truncatedTo(ChronoUnit.MICROS);
    fields.put("kind", kind);
    fields.put("previous", previous.hex());
    fields.put("sequence", nextSequence);
    fields.put("time", stamp.toString());
    byte[] body = CanonicalJson.encode(fields);
    previous = hash(body);
    nextSequence++;
    return body;
  }

  /** Goes on after a row that is there already. */
  void accept(byte[] row) {
    previous = hash(row);
    nextSequence++;
  }

  /** The hash of the row made last. */
  Sha256 headHash() {
    return previous;
  }

  static Sha256 hash(byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) 0);
      return Sha256.fromBytes(digest.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
