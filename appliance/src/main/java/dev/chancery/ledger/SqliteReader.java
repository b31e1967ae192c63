package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a ledger file, beside a writer or without one; each call on a connection of its own. */
public final class SqliteReader {
  private final Path file;

  private SqliteReader(Path file) {
    this.file = file;
  }

  public static SqliteReader of(Path file) {
    return new SqliteReader(file);
  }

  /** All keys on the record, in the order they were made. */
  public List<KeyRecord> keys() {
    return read(
        connection -> {
          try (SqliteStore store = new SqliteStore(connection)) {
            return store.keys();
          }
        });
  }

  /** All repositories on the record, by name. */
  public List<RepositorySettings> repositories() {
    return read(
        connection -> {
          try (SqliteStore store = new SqliteStore(connection)) {
            return store.repositories();
          }
        });
  }

  /** The watermark of every key that has one. */
  public List<WatermarkView> watermarks() {
    Map<Integer, KeyRecord> keys = new HashMap<>();
    keys().forEach(key -> keys.put(key.number(), key));
    return read(connection -> watermarks(connection, keys));
  }

  private static List<WatermarkView> watermarks(Connection connection, Map<Integer, KeyRecord> keys)
      throws SQLException {
    String newestContent =
        "SELECT s.signing_key, s.watermark, c.digest, c.sequence, c.admitted,"
            + " COUNT(*) AS contents, MAX(c.sequence) FROM key_state s JOIN content c"
            + " ON c.signing_key = s.signing_key AND c.version = s.watermark"
            + " GROUP BY s.signing_key ORDER BY s.signing_key";
    List<WatermarkView> views = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(newestContent)) {
      while (row.next()) {
        KeyRecord key = keys.get(row.getInt(1));
        if (key != null) {
          views.add(
              new WatermarkView(
                  key,
                  new Version(row.getInt(2)),
                  Sha256.fromBytes(row.getBytes(3)),
                  row.getInt(6),
                  row.getLong(4),
                  Micros.toInstant(row.getLong(5))));
        }
      }
    }
    return views;
  }

  /** The newest durable row. */
  public LedgerHead head() {
    return read(
        connection -> {
          Sqlite.requireSchema(connection, file);
          byte[] first = body(connection, "SELECT body FROM ledger_row WHERE sequence = 0");
          byte[] last =
              body(connection, "SELECT body FROM ledger_row ORDER BY sequence DESC LIMIT 1");
          ParsedRow row = ParsedRow.of(last);
          return new LedgerHead(
              ParsedRow.of(first).text("ledger"),
              row.number("sequence"),
              RowChain.hash(last),
              Instant.parse(row.text("time")));
        });
  }

  /** When the clock was last known to be right, as {@link Ledger#trustedTime}. */
  public Instant trustedTime() {
    return read(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery("SELECT body FROM ledger_row ORDER BY sequence DESC")) {
            while (row.next()) {
              ParsedRow parsed = ParsedRow.of(row.getBytes(1));
              if (isWitnessOfTime(parsed)) {
                return Instant.parse(parsed.text("time"));
              }
            }
          }
          throw new LedgerException(file + " has no first row: it is not a ledger or was damaged");
        });
  }

  private static boolean isWitnessOfTime(ParsedRow row) {
    return switch (row.text("kind")) {
      case "genesis" -> true;
      case "decision" -> Outcome.isAdmission(row);
      case "operator-action" ->
          row.optionalText("action").equals(Optional.of(Ledger.CLOCK_CONFIRMED));
      default -> false;
    };
  }

  /**
   * Passes the exact bytes of each row from {@code fromSequence} on, in order, to {@code reader}.
   */
  public void rows(long fromSequence, Ledger.RowReader reader) {
    read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT sequence, body FROM ledger_row WHERE sequence >= ? ORDER BY sequence")) {
            select.setLong(1, fromSequence);
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                reader.row(row.getLong(1), row.getBytes(2));
              }
            }
          }
          return Boolean.TRUE;
        });
  }

  /**
   * Gives {@code user} rows and derived state as of one instant, though a writer goes on beside.
   */
  void view(Consumer<SqliteView> user) {
    read(
        connection -> {
          Sqlite.requireSchema(connection, file);
          try (SqliteStore store = new SqliteStore(connection)) {
            user.accept(new SqliteView(connection, store));
          }
          return Boolean.TRUE;
        });
  }

  private byte[] body(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        throw new LedgerException(file + " has no rows: it is not a ledger or was damaged");
      }
      return row.getBytes(1);
    }
  }

  private <T> T read(Query<T> query) {
    try (Connection connection = Sqlite.openForReading(file)) {
      return query.run(connection);
    } catch (SQLException e) {
      throw new LedgerException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Query<T> {
    T run(Connection connection) throws SQLException;
  }
}
