package dev.chancery.ledger;

import dev.chancery.files.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a ledger of what {@link LedgerReader#copy} wrote, where there is none. The file gets its
 * name last, when all of it is on disk; until then, and for ever where something does not fit,
 * there is nothing under that name.
 */
public final class LedgerRestore implements AutoCloseable {
  /** The action of the row with which a restored ledger goes on. */
  static final String RESTORED = "ledger-restored";

  private static final int ROWS_AT_ONCE = 10_000;
  private static final List<String> BESIDE = List.of("-wal", "-shm", "-journal");

  private final Path file;
  private final Path unfinished;
  private final LedgerStore store;
  private final RowReplay replay;
  private long rows;
  private boolean closed;

  private LedgerRestore(Path file, Path unfinished, LedgerStore store) {
    this.file = file;
    this.unfinished = unfinished;
    this.store = store;
    this.replay = new RowReplay(store);
  }

  /**
   * Begins a SQLite file.
   *
   * @param file must not exist; its directory must
   * @throws LedgerException if there is a ledger, in use or not, or the file cannot be made
   */
  public static LedgerRestore into(Path file) {
    requireFree(file);
    Path unfinished = file.resolveSibling(file.getFileName() + ".restoring");
    try {
      Files.createFile(unfinished, DurableFiles.OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      throw new LedgerException(
          unfinished + " is there: another restore is at work, or one was cut off; then delete it",
          e);
    } catch (IOException e) {
      throw new LedgerException(unfinished + " cannot be made: " + e, e);
    }
    try {
      return new LedgerRestore(file, unfinished, Sqlite.create(unfinished));
    } catch (SQLException e) {
      remove(unfinished);
      throw new LedgerException(unfinished + " cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Makes sure that no ledger is at {@code file}, nor anything that was part of one.
   *
   * @throws LedgerException that says what is there, and whether a process has it
   */
  public static void requireFree(Path file) {
    if (Files.isRegularFile(file)) {
      LedgerLock.of(file).close();
      throw new LedgerException(
          file + " is there: a ledger is never written over. Move it away if it is to be replaced");
    }
    for (String each : BESIDE) {
      if (Files.exists(file.resolveSibling(file.getFileName() + each))) {
        throw new LedgerException(
            file + each + " is there and may hold decisions of a ledger: move it away first");
      }
    }
    if (Files.exists(file)) {
      throw new LedgerException(file + " is there, and is no file");
    }
  }

  /** Takes the next row's exact bytes. */
  public void row(byte[] row) {
    write(
        () -> {
          replay.row(row);
          if (++rows % ROWS_AT_ONCE == 0) {
            store.commit();
          }
        });
  }

  /** Takes a line of what was kept beside the rows, after the last of them. */
  public void kept(byte[] line) {
    write(() -> replay.kept(line));
  }

  /**
   * Makes sure that {@code line} is one that {@link #kept} takes, as far as that shows without the
   * rows.
   *
   * @throws LedgerException if it is not
   */
  public static void requireKept(byte[] line) {
    KeptLine.parse(line);
  }

  /**
   * Compares the tables with the rows, adds a row that says that this ledger was restored, and
   * gives the file its name.
   *
   * @param detail of the row: from what it was restored
   * @throws LedgerException if rows and tables do not agree, or somebody made a file there
   *     meanwhile
   */
  public void finish(String detail, Instant now) {
    write(
        () -> {
          RowChain chain = replay.finish();
          Map<String, Object> fields = RowFields.operatorAction("restore", RESTORED, detail);
          long sequence = chain.nextSequence();
          store.rows.append(sequence, chain.append("operator-action", now, fields));
          store.tree.append(sequence, chain.headHash());
          store.commit();
          store.close();
        });
    closed = true;
    try {
      DurableFiles.publish(unfinished, file);
    } catch (IOException e) {
      remove(unfinished);
      throw new LedgerException(file + " cannot be made: " + e, e);
    }
  }

  private interface Writing {
    void run() throws SQLException;
  }

  private void write(Writing writing) {
    try {
      writing.run();
    } catch (SQLException e) {
      throw new LedgerException(unfinished + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Removes what was begun and not finished. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      store.close();
    } catch (SQLException e) {
      // It is deleted next.
    }
    remove(unfinished);
  }

  private static void remove(Path unfinished) {
    @Nullable IOException failed = null;
    for (String each : List.of("", "-wal", "-shm", "-journal")) {
      try {
        Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + each));
      } catch (IOException e) {
        failed = e;
      }
    }
    if (failed != null) {
      throw new LedgerException(unfinished + " was left half made: delete it by hand", failed);
    }
  }
}
