package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A ledger's tables in a SQLite file. */
final class SqliteStore extends LedgerStore {
  private boolean inTransaction = true;

  SqliteStore(Connection connection) throws SQLException {
    this(connection, new Statements(connection));
  }

  private SqliteStore(Connection connection, Statements statements) throws SQLException {
    super(connection, statements, new RowTable(statements));
  }

  @Override
  void begin() throws SQLException {
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
