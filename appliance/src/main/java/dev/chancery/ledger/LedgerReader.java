package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.nio.file.Path;
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

/** Reads a ledger, beside a writer or without one; each call in a transaction of its own. */
public final class LedgerReader {
  private final LedgerSource source;

  LedgerReader(LedgerSource source) {
    this.source = source;
  }

  /** A reader of the SQLite file. */
  public static LedgerReader of(Path file) {
    return new LedgerReader(new SqliteSource(file));
  }

  /** All keys on the record, in the order they were made. */
  public List<KeyRecord> keys() {
    return read(store -> store.keys.all());
  }

  /** All repositories on the record, by name. */
  public List<RepositorySettings> repositories() {
    return read(store -> store.repositories.all());
  }

  /** The watermark of every key that has one. */
  public List<WatermarkView> watermarks() {
    Map<Integer, KeyRecord> keys = new HashMap<>();
    keys().forEach(key -> keys.put(key.number(), key));
    return read(store -> watermarks(store, keys));
  }

  private static List<WatermarkView> watermarks(LedgerStore store, Map<Integer, KeyRecord> keys)
      throws SQLException {
    String newestContent =
        "SELECT signing_key, version, digest, sequence, admitted, contents FROM"
            + " (SELECT c.*, COUNT(*) OVER (PARTITION BY c.signing_key) AS contents,"
            + " ROW_NUMBER() OVER (PARTITION BY c.signing_key ORDER BY c.sequence DESC) AS place"
            + " FROM key_state s JOIN content c"
            + " ON c.signing_key = s.signing_key AND c.version = s.watermark) AS contents_at"
            + " WHERE place = 1 ORDER BY signing_key";
    List<WatermarkView> views = new ArrayList<>();
    try (Statement statement = store.connection.createStatement();
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
        store -> {
          source.requireSchema(store);
          byte[] first = store.rows.get(0).orElseThrow(this::notALedger);
          byte[] last = store.rows.last();
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
        store -> {
          List<Instant> found = new ArrayList<>(1);
          store.rows.newestFirst(
              row -> {
                ParsedRow parsed = ParsedRow.of(row);
                if (isWitnessOfTime(parsed)) {
                  found.add(Instant.parse(parsed.text("time")));
                }
                return found.isEmpty();
              });
          return found.stream().findFirst().orElseThrow(this::notALedger);
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
        store -> {
          store.rows.each(fromSequence, reader);
          return Boolean.TRUE;
        });
  }

  /**
   * Gives {@code user} rows and derived state as of one instant, though a writer goes on beside.
   */
  void view(Consumer<LedgerView> user) {
    read(
        store -> {
          source.requireSchema(store);
          user.accept(new LedgerView(store));
          return Boolean.TRUE;
        });
  }

  private LedgerException notALedger() {
    return new LedgerException(source + " has no first row: it is not a ledger or was damaged");
  }

  private <T> T read(Query<T> query) {
    try (LedgerStore store = source.openForReading()) {
      return query.run(store);
    } catch (SQLException e) {
      throw new LedgerException(source + " cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Query<T> {
    T run(LedgerStore store) throws SQLException;
  }
}
