package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A ledger's tables in a SQLite file. */
final class SqliteStore extends LedgerStore {
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Runnable beforeCommit;
  private boolean inTransaction = true;
  private @Nullable String damage;
  private long looked;

  SqliteStore(Connection connection) throws SQLException {
    this(connection, () -> {});
  }

  /**
   * @param beforeCommit throws if nothing may be committed
   */
  SqliteStore(Connection connection, Runnable beforeCommit) throws SQLException {
    this(connection, new Statements(connection), beforeCommit);
  }

  private SqliteStore(Connection connection, Statements statements, Runnable beforeCommit)
      throws SQLException {
    super(connection, statements, new RowTable(statements));
    this.beforeCommit = beforeCommit;
  }

  @Override
  void commit() throws SQLException {
    beforeCommit.run();
    super.commit();
  }

  /** Damage found by one request would be met by others or not: it counts until it is gone. */
  @Override
  void failed(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage());
      if (message.contains("[SQLITE_CORRUPT") || message.contains("[SQLITE_NOTADB")) {
        damage = "the file is damaged; stop, look at the disk and restore a backup: " + message;
        looked = System.nanoTime();
      }
    }
  }

  private void requireSound() throws SQLException {
    if (damage == null) {
      return;
    }
    if (System.nanoTime() - looked < LOOK_AGAIN_NANOS) {
      throw new SQLException(damage);
    }
    looked = System.nanoTime();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (!result.next() || !result.getString(1).equals("ok")) {
        throw new SQLException(damage);
      }
    }
    damage = null;
  }

  @Override
  void begin() throws SQLException {
    requireSound();
    if (!inTransaction) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
      }
      inTransaction = true;
    }
  }

  @Override
  void rollback() throws SQLException {
    // The driver closes a statement that failed: used again it would fail for ever.
    statements.forget();
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // After a full disk or an I/O error SQLite has rolled back itself; without a transaction
      // each statement from here on would be one of its own.
      if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
        throw e;
      }
    } finally {
      inTransaction = false;
    }
  }
}
