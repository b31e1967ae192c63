package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL database that is connected to so that nothing waits for ever. */
final class PostgresSource implements LedgerSource {
  // Longer than any wait the server itself ends: an answer that comes is better than none.
  private static final String SOCKET_SECONDS = "20";
  // A node that stops in the middle of a batch must not keep the others from signing.
  private static final String WRITING =
      "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s";
  private static final String READING = "-c lock_timeout=5s";
  private static final String ROWS_AT_ONCE = "500";
  private static final Set<String> TOO_WEAK = Set.of("off", "local", "remote_write");

  private final PostgresPlace place;

  PostgresSource(PostgresPlace place) {
    this.place = place;
  }

  @Override
  public LedgerStore openForReading() throws SQLException {
    return new PostgresStore(this::connectForReading);
  }

  Connection connectForReading() throws SQLException {
    Connection connection = connect(READING);
    try {
      // Every query of a reading sees the same instant, as in SQLite.
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Connects to write.
   *
   * @throws LedgerException if the server would report commits that a crash can take back
   */
  Connection connectForWriting() throws SQLException {
    Connection connection = connect(WRITING);
    try {
      // Each statement must see what the node wrote that held the head before.
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      requireDurable(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connect(String options) throws SQLException {
    Properties properties = place.properties();
    properties.setProperty("socketTimeout", SOCKET_SECONDS);
    properties.setProperty("defaultRowFetchSize", ROWS_AT_ONCE);
    properties.setProperty("options", options);
    try {
      return DriverManager.getConnection(place.jdbcUrl(), properties);
    } catch (SQLException e) {
      // pgjdbc says only that it found no primary.
      throw String.valueOf(e.getMessage()).contains("targetServerType")
          ? new SQLException(
              "no server of "
                  + this
                  + " takes writes now: it takes no writes while it is a standby"
                  + " or set read-only",
              e.getSQLState(),
              e)
          : e;
    }
  }

  private void requireDurable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('fsync'), current_setting('full_page_writes'),"
                    + " current_setting('synchronous_commit')")) {
      row.next();
      String setting =
          "off".equals(row.getString(1))
              ? "fsync = off"
              : "off".equals(row.getString(2))
                  ? "full_page_writes = off"
                  : TOO_WEAK.contains(row.getString(3))
                      ? "synchronous_commit = " + row.getString(3)
                      : null;
      if (setting != null) {
        throw new LedgerException(
            this + " has " + setting + ": a crash could take back what was committed");
      }
    }
  }

  @Override
  public void requireSchema(LedgerStore store) throws SQLException {
    Integer found = schema(store.connection);
    if (found == null) {
      throw new LedgerException(
          this + " has no ledger; it is made once, by 'chancery init'. Is it the right database?");
    }
    PostgresSchema.require(toString(), found);
  }

  @Override
  public String sizeQuery() {
    return "SELECT pg_database_size(current_database())";
  }

  /** The schema of the ledger that is there; null where there is none. */
  private static @Nullable Integer schema(Connection connection) throws SQLException {
    return one(connection, "SELECT to_regclass('ledger_head')") == null
            || one(connection, "SELECT sequence FROM ledger_head") == null
        ? null
        : PostgresSchema.version(connection);
  }

  private static @Nullable String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
