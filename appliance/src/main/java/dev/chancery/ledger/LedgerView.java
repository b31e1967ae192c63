package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows and derived state as of one read transaction; valid only while it lasts. */
final class LedgerView {
  /** What is kept of a key that has signed: {@code contents} maps digests to sequences. */
  record StoredState(
      int watermark,
      long firstSequence,
      long loweredBy,
      boolean resumed,
      Map<Sha256, Long> contents) {}

  private final LedgerStore store;

  LedgerView(LedgerStore store) {
    this.store = store;
  }

  List<KeyRecord> keys() {
    return StoreHistory.read(store.keys::all);
  }

  List<RepositorySettings> repositories() {
    return StoreHistory.read(store.repositories::all);
  }

  /** Passes the exact bytes of each row, in order. */
  void rows(Ledger.RowReader reader) {
    StoreHistory.read(
        () -> {
          store.rows.each(0, reader);
          return Boolean.TRUE;
        });
  }

  /** The last row that was archived; −1 if none was. */
  long archivedThrough() {
    return StoreHistory.read(store.segments::through);
  }

  /** The bytes of one row. */
  Optional<byte[]> row(long sequence) {
    return StoreHistory.read(() -> store.rows.get(sequence));
  }

  /** The state of each key that has one, by key number. */
  Map<Integer, StoredState> states() {
    Map<Integer, StoredState> states = new HashMap<>();
    query(
        "SELECT signing_key, watermark, first_sequence, lowered_by, resumed FROM key_state",
        row ->
            states.put(
                row.getInt(1),
                new StoredState(
                    row.getInt(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getInt(5) != 0,
                    new HashMap<>())));
    query(
        "SELECT c.signing_key, c.digest, c.sequence FROM content c"
            + " JOIN key_state s ON s.signing_key = c.signing_key AND s.watermark = c.version",
        row -> {
          StoredState state = states.get(row.getInt(1));
          if (state != null) {
            state.contents().put(Sha256.fromBytes(row.getBytes(2)), row.getLong(3));
          }
        });
    return states;
  }

  /** The snapshot signed here whose served file has this digest. */
  Optional<DecisionReplay.File> file(Sha256 sha256) {
    return StoreHistory.read(
        () -> {
          PreparedStatement select =
              store.statements.of(
                  "SELECT k.key_id, i.version, i.length, i.sha512 FROM issued_snapshot i"
                      + " JOIN signing_key k ON k.number = i.signing_key WHERE i.sha256 = ?");
          select.setBytes(1, sha256.bytes());
          try (ResultSet row = store.statements.query(select)) {
            return row.next()
                ? Optional.of(
                    new DecisionReplay.File(
                        row.getString(1),
                        row.getInt(2),
                        row.getLong(3),
                        Sha512.fromBytes(row.getBytes(4)).toString()))
                : Optional.empty();
          }
        });
  }

  /** How many snapshots signed here are kept. */
  long files() {
    return StoreHistory.read(
        () -> {
          PreparedStatement count = store.statements.of("SELECT COUNT(*) FROM issued_snapshot");
          try (ResultSet row = store.statements.query(count)) {
            return row.next() ? row.getLong(1) : 0;
          }
        });
  }

  private void query(String sql, RowUser user) {
    StoreHistory.read(
        () -> {
          try (PreparedStatement select = store.connection.prepareStatement(sql);
              ResultSet row = select.executeQuery()) {
            while (row.next()) {
              user.use(row);
            }
            return Boolean.TRUE;
          }
        });
  }

  private interface RowUser {
    void use(ResultSet row) throws SQLException;
  }
}
