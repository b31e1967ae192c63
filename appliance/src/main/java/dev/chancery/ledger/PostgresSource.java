package dev.chancery.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL database, and how to connect to it: nothing waits for ever. */
final class PostgresSource implements LedgerSource {
  /** The version of the schema this program writes (setting {@code schema}). */
  static final String SCHEMA = "3";

  private static final String CONNECT_SECONDS = "5";
  // Longer than any wait the server itself ends: an answer that comes is better than none.
  private static final String SOCKET_SECONDS = "20";
  // A node that stops in the middle of a batch must not keep the others from signing.
  private static final String WRITING =
      "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s";
  private static final String READING = "-c lock_timeout=5s";
  private static final String ROWS_AT_ONCE = "500";

  private final String url;
  private final Properties login;

  /**
   * @param url {@code jdbc:postgresql://host:port/database}, without a password
   * @param login user, password and TLS, as pgjdbc names them
   */
  PostgresSource(String url, Properties login) {
    this.url = url;
    this.login = new Properties();
    this.login.putAll(login);
  }

  @Override
  public LedgerStore openForReading() throws SQLException {
    return new PostgresStore(this::connectForReading);
  }

  private Connection connectForReading() throws SQLException {
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
      for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        requireOn(connection, setting);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connect(String options) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(login);
    properties.setProperty("connectTimeout", CONNECT_SECONDS);
    properties.setProperty("loginTimeout", CONNECT_SECONDS);
    properties.setProperty("socketTimeout", SOCKET_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("defaultRowFetchSize", ROWS_AT_ONCE);
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("options", options);
    properties.setProperty("ApplicationName", "chancery");
    return DriverManager.getConnection(url, properties);
  }

  private void requireOn(Connection connection, String setting) throws SQLException {
    String value = one(connection, "SHOW " + setting);
    if ("off".equals(value)) {
      throw new LedgerException(
          this + " has " + setting + " = off: a crash could take back what was committed");
    }
  }

  /** Makes the tables of a database that has none, in the transaction that is open. */
  void createSchema(Connection connection) throws SQLException {
    if (one(connection, "SELECT to_regclass('ledger_row')") != null) {
      throw new LedgerException(this + " has a ledger already; a ledger is made only once");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(schema());
      statement.execute("INSERT INTO setting (name, value) VALUES ('schema', '" + SCHEMA + "')");
    }
  }

  @Override
  public void requireSchema(LedgerStore store) throws SQLException {
    if (one(store.connection, "SELECT to_regclass('ledger_row')") == null) {
      throw new LedgerException(
          this + " has no ledger; it is made once. Is it the right database?");
    }
    String found = one(store.connection, "SELECT value FROM setting WHERE name = 'schema'");
    if (!SCHEMA.equals(found)) {
      throw new LedgerException(
          this + " has ledger schema " + found + ", this program needs " + SCHEMA);
    }
  }

  private static @Nullable String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private static String schema() {
    try (InputStream in = PostgresSource.class.getResourceAsStream("postgresql/V1__ledger.sql")) {
      if (in == null) {
        throw new IllegalStateException("the ledger's schema is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL without its parameters, which may hold what is not for a log. */
  @Override
  public String toString() {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }
}
