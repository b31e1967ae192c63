package dev.chancery.backup;

import dev.chancery.api.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a backup, decrypted and unpacked, and their hash. Until {@link #requireEnd} nothing
 * says that they are those that were written: every length is bounded.
 */
final class BackupLines implements AutoCloseable {
  /** More than any line has. */
  private static final int MAX_LINE = 1 << 20;

  /** Rows shrink to a fifth; what grows a hundredfold was made to fill the disk. */
  private static final long MOST_GROWTH = 100;

  private static final long FREE_GROWTH = 64 << 20;
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Counted encrypted;
  private final InputStream lines;
  private final MessageDigest digest;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long bytes;

  private BackupLines(Path file, Counted encrypted, InputStream lines, MessageDigest digest) {
    this.file = file;
    this.encrypted = encrypted;
    this.lines = lines;
    this.digest = digest;
  }

  static BackupLines open(Path file, RecipientKey key) throws IOException {
    Counted encrypted = new Counted(Envelope.open(file, key));
    try {
      return new BackupLines(
          file,
          encrypted,
          new GZIPInputStream(encrypted, BUFFER),
          MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (IOException | RuntimeException e) {
      encrypted.close();
      throw Envelope.damaged(file, e);
    }
  }

  /** The next line without its line feed; it counts in {@link #content}. */
  byte[] next() {
    byte[] line = uncounted();
    count(line);
    return line;
  }

  /** Lets a line count that was read without counting. */
  void count(byte[] line) {
    digest.update(line);
    digest.update((byte) '\n');
  }

  /** The next line, without its line feed and without counting. */
  byte[] uncounted() {
    byte[] line = new byte[0];
    while (true) {
      if (at == end && !fill()) {
        throw new BackupException(file + " ends in the middle: it was cut off or damaged");
      }
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      if (line.length + stop - at > MAX_LINE) {
        throw new BackupException(file + " has a line of more than 1 MiB: it is no backup");
      }
      line = joined(line, stop);
      boolean whole = stop < end;
      at = whole ? stop + 1 : stop;
      if (whole) {
        return line;
      }
    }
  }

  private byte[] joined(byte[] line, int stop) {
    byte[] joined = Arrays.copyOf(line, line.length + stop - at);
    System.arraycopy(buffer, at, joined, line.length, stop - at);
    return joined;
  }

  private boolean fill() {
    try {
      end = lines.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw Envelope.damaged(file, e);
    }
    at = 0;
    if (end < 0) {
      end = 0;
      return false;
    }
    bytes += end;
    if (bytes > FREE_GROWTH && bytes / MOST_GROWTH > encrypted.bytes) {
      throw new BackupException(
          file + " unpacks to more than a hundred times its size: it is no backup");
    }
    return true;
  }

  /** SHA-256 of the lines counted, each with its line feed. Ends the counting. */
  Sha256 content() {
    return Sha256.fromBytes(digest.digest());
  }

  /** How many bytes there were, unpacked. */
  long bytes() {
    return bytes;
  }

  /** Makes sure that nothing follows, and that the envelope's tag is that of all that was read. */
  void requireEnd() {
    boolean more = at < end || fill();
    try {
      more |= encrypted.read() >= 0;
    } catch (IOException | RuntimeException e) {
      throw Envelope.damaged(file, e);
    }
    if (more) {
      throw new BackupException(file + " has something after its end: it was changed");
    }
  }

  @Override
  public void close() throws IOException {
    encrypted.close();
  }

  /** Counts what was decrypted. */
  private static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      int read = in.read(into, from, count);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
