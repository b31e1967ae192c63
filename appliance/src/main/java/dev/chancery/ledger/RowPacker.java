package dev.chancery.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Rows as they lie on the disk: raw DEFLATE (RFC 1951) against a dictionary of what rows have in
 * common, after one byte that names the dictionary (docs/ledger-format.md). A row that packing does
 * not shorten lies there as it is; its first byte is then <code>{</code>. Hashes are always of the
 * row itself.
 *
 * <p>A dictionary is never changed, for what was packed with it could not be read again. Not safe
 * for several threads; {@link #close} frees native memory.
 */
final class RowPacker implements AutoCloseable {
  private static final byte PLAIN = '{';
  private static final byte DICTIONARY_1 = 1;
  private static final byte[] DICTIONARY = dictionary();

  /** Longer than any row: what claims to be more is damaged. */
  private static final int MAX_ROW = 16 << 20;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final Inflater inflater = new Inflater(true);
  private byte[] buffer = new byte[4096];

  /** The bytes to store for {@code row}, which is a JSON object. */
  byte[] pack(byte[] row) {
    deflater.reset();
    deflater.setDictionary(DICTIONARY);
    deflater.setInput(row);
    deflater.finish();
    // One byte less than the row: what does not fit is not worth it.
    ensure(row.length);
    int length = 1 + deflater.deflate(buffer, 1, row.length - 2);
    if (!deflater.finished()) {
      return row;
    }
    buffer[0] = DICTIONARY_1;
    return Arrays.copyOf(buffer, length);
  }

  /**
   * The row that was packed.
   *
   * @throws LedgerException if {@code stored} is not what {@link #pack} makes
   */
  byte[] unpack(byte[] stored) {
    if (stored.length > 0 && stored[0] == PLAIN) {
      return stored;
    }
    if (stored.length == 0 || stored[0] != DICTIONARY_1) {
      throw new LedgerException("a row is packed in a way that this program does not know");
    }
    try {
      return inflated(stored);
    } catch (DataFormatException e) {
      throw new LedgerException("a packed row is damaged: " + e.getMessage(), e);
    }
  }

  private byte[] inflated(byte[] stored) throws DataFormatException {
    inflater.reset();
    inflater.setDictionary(DICTIONARY);
    inflater.setInput(stored, 1, stored.length - 1);
    int length = 0;
    while (!inflater.finished()) {
      ensure(length + 1);
      int more = inflater.inflate(buffer, length, buffer.length - length);
      if (more == 0 && !inflater.finished()) {
        throw new LedgerException("a packed row is cut off");
      }
      length += more;
    }
    if (inflater.getRemaining() != 0) {
      throw new LedgerException("a packed row is followed by something");
    }
    return Arrays.copyOf(buffer, length);
  }

  private void ensure(int length) {
    if (length > MAX_ROW) {
      throw new LedgerException("a row is longer than " + MAX_ROW + " bytes");
    }
    if (length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length, 2 * buffer.length));
    }
  }

  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }

  private static byte[] dictionary() {
    try (InputStream in = RowPacker.class.getResourceAsStream("row-dictionary-1")) {
      if (in == null) {
        throw new IllegalStateException("the rows' dictionary is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
