package dev.chancery.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What the shims recorded (torture.h), in the order in which it happened, and the test's own. */
public final class Journal implements AutoCloseable {
  private static final int MAGIC = 0x52544f54;
  private static final int HEAD = 32;

  private final Path file;
  private final FileChannel channel;

  /** What an event is; the letters are those of the shims. */
  public enum Kind {
    CREATE('c'),
    WRITE('w'),
    TRUNCATE('t'),
    SYNC_BEGIN('b'),
    SYNC_END('e'),
    REMOVE('u'),
    MAKE_DIRECTORY('m'),
    RENAME('r'),
    SIGN_BEGIN('S'),
    SIGN_END('s'),
    /** The token is given a data object. */
    DATA_OBJECT('O'),
    /** The test's own: a client has an answer. */
    ANSWERED('A'),
    /** The test's own: something is done. */
    MARK('K');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    private static Kind of(int letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no event is called " + letter);
    }
  }

  /**
   * One event.
   *
   * @param object the inode, or the CK_RV of a signature
   * @param offset of a write; of a truncation the new length
   * @param name a path, the CKA_ID of a key, or the mark's
   * @param data written, signed, answered; of a rename the new path
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Event(Kind kind, long object, long offset, String name, byte[] data) {}

  Journal(Path file) {
    this.file = file;
    try {
      this.channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends an event of the test's own, in one write, as the shims do. */
  public synchronized void append(Kind kind, long object, long offset, String name, byte[] data) {
    byte[] called = name.getBytes(UTF_8);
    ByteBuffer record =
        ByteBuffer.allocate(HEAD + called.length + data.length).order(ByteOrder.nativeOrder());
    record.putInt(MAGIC).putInt(kind.letter).putLong(object).putLong(offset);
    record.putInt(called.length).putInt(data.length).put(called).put(data).flip();
    try {
      channel.write(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything so far. */
  public List<Event> events() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
      List<Event> events = new ArrayList<>();
      while (bytes.hasRemaining()) {
        events.add(next(bytes));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Event next(ByteBuffer bytes) {
    if (bytes.getInt() != MAGIC) {
      throw new IllegalStateException("the journal is torn at byte " + bytes.position());
    }
    Kind kind = Kind.of(bytes.getInt());
    long object = bytes.getLong();
    long offset = bytes.getLong();
    byte[] name = new byte[bytes.getInt()];
    byte[] data = new byte[bytes.getInt()];
    bytes.get(name).get(data);
    return new Event(kind, object, offset, new String(name, UTF_8), data);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
