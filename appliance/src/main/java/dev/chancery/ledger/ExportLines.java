package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines that end with a line feed and nothing else, as bytes. */
final class ExportLines {
  /** More than any row has. */
  private static final int MAX_BYTES = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private final MessageDigest digest = sha256Digest();
  private long length;
  private int at;
  private int end;

  ExportLines(InputStream in) {
    this.in = in;
  }

  /**
   * The next line without its line feed, or null at the end.
   *
   * @throws AuditException if the last line has no line feed, or one is too long
   */
  byte @Nullable [] next() throws IOException {
    byte[] line = new byte[0];
    while (true) {
      if (at == end) {
        end = in.read(buffer);
        at = 0;
        if (end <= 0) {
          end = 0;
          if (line.length > 0) {
            throw new AuditException("the last line does not end with a line feed");
          }
          return null;
        }
        digest.update(buffer, 0, end);
        length += end;
      }
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      line = join(line, stop);
      boolean whole = stop < end;
      at = whole ? stop + 1 : stop;
      if (whole) {
        return line;
      }
    }
  }

  /** How many bytes were read, all of them once {@link #next} was null. */
  long length() {
    return length;
  }

  /** The SHA-256 of the bytes read; to be asked once. */
  Sha256 sha256() {
    return Sha256.fromBytes(digest.digest());
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private byte[] join(byte[] line, int stop) {
    int more = stop - at;
    if (line.length + more > MAX_BYTES) {
      throw new AuditException("a line is longer than " + MAX_BYTES + " bytes");
    }
    byte[] joined = Arrays.copyOf(line, line.length + more);
    System.arraycopy(buffer, at, joined, line.length, more);
    return joined;
  }
}
