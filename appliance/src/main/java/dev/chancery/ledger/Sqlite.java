package dev.chancery.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Opens SQLite files the one way the ledger uses them: WAL, and every commit reaches the disk. */
final class Sqlite {
  /** The version of the schema this program writes ({@code PRAGMA user_version}). */
  static final int SCHEMA = 4;

  /** What the write-ahead log shrinks to once a long reader that kept it growing is gone. */
  private static final int WAL_BYTES = 16 << 20;

  private Sqlite() {}

  static Connection openForWriting(Path file, boolean create) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(5_000);
    config.setJournalSizeLimit(WAL_BYTES);
    if (!create) {
      config.resetOpenMode(org.sqlite.SQLiteOpenMode.CREATE);
    }
    return config.createConnection("jdbc:sqlite:" + file);
  }

  static Connection openForReading(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(5_000);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /** The tables of a new ledger in an empty file. */
  static LedgerStore create(Path file) throws SQLException {
    Connection connection = openForWriting(file, true);
    try {
      createSchema(connection);
      return new SqliteStore(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Makes the tables of an empty file. */
  static void createSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(script("V1__ledger.sql"));
      statement.executeUpdate(script("V2__archive.sql"));
      statement.executeUpdate("PRAGMA user_version = " + SCHEMA);
    }
  }

  /**
   * Makes sure this program understands the file.
   *
   * @throws LedgerException if another version of the program made it
   */
  static void requireSchema(Connection connection, Path file) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int found = version(statement);
      if (found != SCHEMA) {
        throw new LedgerException(
            file + " has ledger schema " + found + ", this program needs " + SCHEMA);
      }
    }
  }

  /** Brings the tables of an earlier version of this program up to this one's, or changes none. */
  static void migrate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (version(statement) == 3) {
        statement.executeUpdate("BEGIN IMMEDIATE");
        statement.executeUpdate(script("V2__archive.sql"));
        statement.executeUpdate("PRAGMA user_version = " + SCHEMA);
        statement.executeUpdate("COMMIT");
      }
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  private static String script(String name) {
    try (InputStream in = Sqlite.class.getResourceAsStream("sqlite/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the ledger's schema is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
