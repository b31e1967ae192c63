package dev.chancery.ceremony.shares;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One custodian's part of a PIN in its envelope: version and purpose, set id, how many are needed,
 * index, 20 secret bytes and a checksum; 35 bytes in all (CEREMONY P-2). {@link #close} overwrites
 * it, and {@link #toString} never shows the secret.
 */
public final class Share implements AutoCloseable {
  /** Bytes of the secret part. */
  static final int BODY_BYTES = 20;

  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEADER_BYTES = ShareText.BYTES - BODY_BYTES - CHECKSUM_BYTES;

  private final Purpose purpose;
  private final ShareSetId set;
  private final int needed;
  private final int index;
  private final byte[] body;

  /**
   * @param needed 2 to 255
   * @param index 1 to 255
   * @param body 20 bytes; kept, not copied
   */
  Share(Purpose purpose, ShareSetId set, int needed, int index, byte[] body) {
    this.purpose = purpose;
    this.set = set;
    this.needed = needed;
    this.index = index;
    this.body = body;
  }

  /**
   * Reads what a custodian typed or a QR code holds; {@code text} stays the caller's to wipe.
   *
   * @throws RefusedException {@code SHARE_MISTYPED}, naming the group where that can be told
   */
  public static Share read(char[] text) {
    byte[] bytes = ShareText.read(text);
    try {
      byte[] checksum = checksum(bytes);
      int version = (bytes[0] & 0xFF) >> 4;
      Optional<Purpose> purpose = Purpose.of(bytes[0] & 0xF);
      int needed = bytes[9] & 0xFF;
      int index = bytes[10] & 0xFF;
      boolean whole =
          Arrays.equals(checksum, 0, CHECKSUM_BYTES, bytes, 31, ShareText.BYTES)
              && version == VERSION
              && purpose.isPresent()
              && needed >= ShareSet.LEAST_NEEDED
              && index >= 1;
      if (!whole) {
        throw new RefusedException(
            Refusal.SHARE_MISTYPED,
            "groups that fit one by one, but not together",
            "the text of one share, version " + VERSION,
            "read all groups again");
      }
      byte[] id = Arrays.copyOfRange(bytes, 1, 1 + ShareSetId.BYTES);
      byte[] body = Arrays.copyOfRange(bytes, HEADER_BYTES, HEADER_BYTES + BODY_BYTES);
      return new Share(purpose.orElseThrow(), ShareSetId.of(id), needed, index, body);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** What a custodian types: 14 groups of five characters; to be wiped by the caller. */
  public char[] text() {
    ByteBuffer bytes = ByteBuffer.allocate(ShareText.BYTES);
    bytes.put((byte) (VERSION << 4 | purpose.number())).put(set.bytes());
    bytes.put((byte) needed).put((byte) index).put(body);
    bytes.put(checksum(bytes.array()), 0, CHECKSUM_BYTES);
    try {
      return ShareText.write(bytes.array());
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
    }
  }

  private static byte[] checksum(byte[] envelope) {
    byte[] covered = Arrays.copyOf(envelope, ShareText.BYTES - CHECKSUM_BYTES);
    try {
      return Sha256.of(covered).bytes();
    } finally {
      Arrays.fill(covered, (byte) 0);
    }
  }

  /** Whose PIN it is part of. */
  public Purpose purpose() {
    return purpose;
  }

  /** The set it belongs to: those made in one division of one PIN. */
  public ShareSetId set() {
    return set;
  }

  /** How many shares of the set put the PIN together. */
  public int needed() {
    return needed;
  }

  /** Its number in the set, from 1. */
  public int index() {
    return index;
  }

  /** The secret part itself; not a copy. */
  byte[] body() {
    return body;
  }

  @Override
  public void close() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return "Share[" + index + " of set " + set + ", hidden]";
  }
}
