package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The statements of one connection, each prepared once. For one thread at a time. */
class Statements {
  private Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  /** The statement, to set its parameters and give it to {@link #run} or {@link #query}. */
  PreparedStatement of(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  /** Writes. */
  void run(PreparedStatement statement) throws SQLException {
    statement.executeUpdate();
  }

  /**
   * Writes into {@code table}, at the latest when something that {@link #query} reads may show it,
   * or at {@link #flush}.
   */
  void runLater(PreparedStatement statement, String table) throws SQLException {
    run(statement);
  }

  /** Makes sure that everything is written. */
  void flush() throws SQLException {}

  /** Reads; sees what was written before. */
  ResultSet query(PreparedStatement statement) throws SQLException {
    return statement.executeQuery();
  }

  /** Reads; sees what was written before into {@code tables}, which are all that it reads. */
  ResultSet query(PreparedStatement statement, String... tables) throws SQLException {
    return statement.executeQuery();
  }

  /** The number that {@code statement} answers with, in one row. */
  int number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = query(statement)) {
      if (!row.next()) {
        throw new SQLException("a row was expected and is not there");
      }
      return row.getInt(1);
    }
  }

  /** Prepares all of them anew, on another connection. */
  void use(Connection fresh) {
    connection = fresh;
    forget();
  }

  /** Prepares all of them anew. */
  void forget() {
    prepared.clear();
  }
}
