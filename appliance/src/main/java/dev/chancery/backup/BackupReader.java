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
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a backup once, from its start to its end: header and files, then the ledger, then the end.
 */
final class BackupReader implements AutoCloseable {
  private static final byte[] SEAL = "{\"seal\":".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final BackupLines lines;
  private final BackupHeader header;
  private final List<BackupFile> files;

  private BackupReader(Path file, BackupLines lines) throws IOException {
    this.file = file;
    this.lines = lines;
    try {
      this.header = BackupHeader.parse(lines.next());
      Envelope.requireUnchanged(file, header.envelope());
      this.files = files(lines, header.files());
    } catch (BackupException e) {
      throw named(e);
    }
  }

  /**
   * Opens a backup and reads its header and files.
   *
   * @throws BackupException that names the file and what is wrong
   * @throws IOException if the file cannot be read
   */
  static BackupReader open(Path file, RecipientKey key) throws IOException {
    BackupLines lines = BackupLines.open(file, key);
    try {
      return new BackupReader(file, lines);
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  private static List<BackupFile> files(BackupLines lines, int count) {
    if (count < 0 || count > BackupFile.MOST) {
      throw new BackupException("it says that " + count + " files came along");
    }
    List<BackupFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(BackupFile.parse(lines.next()));
    }
    if (files.stream().map(BackupFile::name).distinct().count() != count) {
      throw new BackupException("two files in it have one name");
    }
    return List.copyOf(files);
  }

  BackupException named(BackupException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(file.toString()) ? e : new BackupException(file + ": " + message, e);
  }

  BackupHeader header() {
    return header;
  }

  List<BackupFile> files() {
    return files;
  }

  /**
   * The export that comes next, to be read to its end.
   *
   * @param rows is given each row, the first line left out
   */
  InputStream export(Consumer<byte[]> rows) {
    return new Export(rows);
  }

  /** How it ended; {@code seal} has the lines of a note, or none. */
  record Ending(Sha256 content, List<String> seal, long bytes) {}

  /**
   * Reads what comes after the export.
   *
   * @param kept is given each line of what was kept beside the rows
   * @throws BackupException if anything follows, or the envelope was changed
   */
  Ending end(Consumer<byte[]> kept) {
    byte[] line = lines.uncounted();
    while (!Arrays.equals(line, 0, Math.min(SEAL.length, line.length), SEAL, 0, SEAL.length)) {
      lines.count(line);
      kept.accept(line);
      line = lines.uncounted();
    }
    Sha256 content = lines.content();
    lines.requireEnd();
    return new Ending(content, seal(line), lines.bytes());
  }

  private List<String> seal(byte[] line) {
    try {
      if (StrictJson.parse(line, StrictJson.Text.UNICODE) instanceof JsonObject fields
          && fields.get("seal") instanceof JsonArray(var values)) {
        List<String> seal = new ArrayList<>();
        for (JsonValue value : values) {
          seal.add(value instanceof JsonString(var text) ? text : "");
        }
        if (Arrays.equals(CanonicalJson.encode(Map.of("seal", seal)), line)) {
          return seal;
        }
      }
    } catch (MalformedJsonException e) {
      throw new BackupException(file + ": its seal is not JSON", e);
    }
    throw new BackupException(file + ": its last line is no seal");
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /** Lines as one stream, as many as the first of them says. */
  private final class Export extends InputStream {
    private final Consumer<byte[]> rows;
    private byte[] line;
    private int at;
    private long left;

    Export(Consumer<byte[]> rows) {
      this.rows = rows;
      byte[] first = lines.next();
      this.left = rowsOf(first);
      this.line = ended(first);
    }

    private long rowsOf(byte[] first) {
      try {
        if (StrictJson.parse(first, StrictJson.Text.UNICODE) instanceof JsonObject fields
            && fields.get("rows") instanceof JsonInteger(var number)
            && number > 0) {
          return number;
        }
      } catch (MalformedJsonException e) {
        throw new BackupException(file + ": a line that is not JSON", e);
      }
      throw new BackupException(file + ": there is no ledger where it should be");
    }

    private static byte[] ended(byte[] bytes) {
      byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
      ended[bytes.length] = '\n';
      return ended;
    }

    private boolean hasMore() {
      if (at == line.length && left > 0) {
        byte[] row = lines.next();
        rows.accept(row);
        line = ended(row);
        at = 0;
        left--;
      }
      return at < line.length;
    }

    @Override
    public int read() {
      return hasMore() ? line[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int count) {
      if (count == 0) {
        return 0;
      }
      if (!hasMore()) {
        return -1;
      }
      int copied = Math.min(count, line.length - at);
      System.arraycopy(line, at, into, from, copied);
      at += copied;
      return copied;
    }
  }
}
