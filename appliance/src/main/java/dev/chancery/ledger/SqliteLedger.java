package dev.chancery.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The ledger of a single node in one SQLite file. A lock file beside it keeps a second process out;
 * a missing file is an error, for it is made once, by {@link #create}.
 */
public final class SqliteLedger extends StoredLedger {
  private final LedgerLock lock;

  private SqliteLedger(LedgerReader reader, LedgerWriter writer, LedgerLock lock) {
    super(reader, writer);
    this.lock = lock;
  }

  /**
   * Makes a new, empty ledger.
   *
   * @param file must not exist
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   */
  public static void create(Path file, String ledgerId, Instant now) {
    if (Files.exists(file)) {
      throw new LedgerException(file + " exists already; a ledger is made only once");
    }
    try (Connection connection = Sqlite.openForWriting(file, true)) {
      Sqlite.createSchema(connection);
      try (LedgerStore store = new SqliteStore(connection)) {
        LedgerWriter.writeGenesis(store, ledgerId, now);
        store.commit();
      }
    } catch (SQLException e) {
      deleteHalfMade(file);
      throw new LedgerException(file + " cannot be made: " + e.getMessage(), e);
    }
  }

  // It did not exist before, and nothing was ever recorded in it.
  private static void deleteHalfMade(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LedgerException(file + " was left half made: delete it by hand", e);
    }
  }

  /**
   * Opens a ledger for reading and writing.
   *
   * @param clock dates the summaries of refusals
   * @throws LedgerException if it does not exist, another process has it, another version of this
   *     program made it, or it is damaged
   */
  public static SqliteLedger open(Path file, InstantSource clock) {
    if (!Files.isRegularFile(file)) {
      throw new LedgerException(
          file + " does not exist; it is made once, by 'chancery init'. Was it moved or lost?");
    }
    LedgerLock lock = LedgerLock.of(file);
    try {
      return new SqliteLedger(LedgerReader.of(file), openLocked(file, clock, lock), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static LedgerWriter openLocked(Path file, InstantSource clock, LedgerLock lock) {
    try {
      Connection connection = Sqlite.openForWriting(file, false);
      try {
        Sqlite.migrate(connection);
        Sqlite.requireSchema(connection, file);
        LedgerHead head = LedgerReader.of(file).head();
        return new LedgerWriter(new SqliteStore(connection, lock::requireHeld), head, clock);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new LedgerException(file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /**
   * Gives space that deleted rows left back to the file system. Needs as much again while it works.
   *
   * @throws LedgerException if a process has the ledger, or it cannot be written
   */
  public static void compact(Path file) {
    LedgerLock lock = LedgerLock.of(file);
    try (Connection connection = Sqlite.openForWriting(file, false);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("VACUUM");
    } catch (SQLException e) {
      throw new LedgerException(file + " cannot be made smaller: " + e.getMessage(), e);
    } finally {
      lock.close();
    }
  }

  @Override
  public void close() {
    super.close();
    lock.close();
  }
}
