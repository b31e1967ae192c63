package dev.chancery.ledger;

import dev.chancery.audit.AuditException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines that end with a line feed and nothing else, as bytes. */
final class ExportLines {
  /** More than any row has. */
  private static final int MAX_BYTES = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
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
