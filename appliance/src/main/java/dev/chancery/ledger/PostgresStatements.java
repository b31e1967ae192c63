package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statements that travel together: what nobody waits for is kept until something must see it, and
 * each kind is then sent in one round trip. Of one table all is written in the order it was asked.
 */
final class PostgresStatements extends Statements {
  private final Map<PreparedStatement, String> waiting = new LinkedHashMap<>();

  PostgresStatements(Connection connection) {
    super(connection);
  }

  @Override
  void runLater(PreparedStatement statement, String table) throws SQLException {
    PreparedStatement lastOfTable = null;
    for (Map.Entry<PreparedStatement, String> each : waiting.entrySet()) {
      if (each.getValue().equals(table)) {
        lastOfTable = each.getKey();
      }
    }
    if (!statement.equals(lastOfTable) && waiting.containsKey(statement)) {
      // Its earlier runs would drag this one before what another statement did to the table.
      flush();
    }
    statement.addBatch();
    waiting.put(statement, table);
  }

  @Override
  void run(PreparedStatement statement) throws SQLException {
    flush();
    super.run(statement);
  }

  @Override
  ResultSet query(PreparedStatement statement) throws SQLException {
    flush();
    return super.query(statement);
  }

  @Override
  ResultSet query(PreparedStatement statement, String... tables) throws SQLException {
    if (Arrays.stream(tables).anyMatch(waiting::containsValue)) {
      flush();
    }
    return super.query(statement);
  }

  @Override
  void flush() throws SQLException {
    while (!waiting.isEmpty()) {
      PreparedStatement next = waiting.keySet().iterator().next();
      waiting.remove(next);
      for (int count : next.executeBatch()) {
        if (count == Statement.EXECUTE_FAILED) {
          throw new SQLException("one of several rows was not written");
        }
      }
    }
  }

  @Override
  void forget() {
    waiting.clear();
    super.forget();
  }
}
