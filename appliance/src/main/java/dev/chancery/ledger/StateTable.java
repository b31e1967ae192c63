package dev.chancery.ledger;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.KeyState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Table {@code key_state}: what the rules remember of a key. */
final class StateTable {
  private static final String TABLE = "key_state";

  private final Statements statements;

  StateTable(Statements statements) {
    this.statements = statements;
  }

  Optional<KeyState> get(int key) throws SQLException {
    PreparedStatement select = statements.of("SELECT * FROM key_state WHERE signing_key = ?");
    select.setInt(1, key);
    try (ResultSet row = statements.query(select, TABLE)) {
      return row.next() ? Optional.of(state(row)) : Optional.empty();
    }
  }

  static KeyState state(ResultSet row) throws SQLException {
    return new KeyState(
        new Version(row.getInt("watermark")),
        row.getLong("first_sequence"),
        Micros.toInstant(row.getLong("equal_since")),
        row.getInt("equal_count"),
        new Bucket(
            row.getDouble("new_versions_level"), Micros.toInstant(row.getLong("new_versions_at"))),
        new Bucket(
            row.getDouble("new_hashes_level"), Micros.toInstant(row.getLong("new_hashes_at"))),
        FrontierCodec.decode(row.getBytes("before")),
        FrontierCodec.decode(row.getBytes("at")),
        row.getInt("resumed") != 0);
  }

  /** The state of a key whose watermark becomes the version of {@code first}. */
  void save(int key, KeyState state, ContentTable.Content first) throws SQLException {
    PreparedStatement upsert =
        statements.of(
            "INSERT INTO key_state (equal_since, equal_count, new_versions_level, new_versions_at,"
                + " new_hashes_level, new_hashes_at, before, at, resumed, signing_key,"
                + " first_sequence, watermark, digest, sequence, admitted)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (signing_key) DO UPDATE SET equal_since = excluded.equal_since,"
                + " equal_count = excluded.equal_count,"
                + " new_versions_level = excluded.new_versions_level,"
                + " new_versions_at = excluded.new_versions_at,"
                + " new_hashes_level = excluded.new_hashes_level,"
                + " new_hashes_at = excluded.new_hashes_at,"
                + " before = excluded.before, at = excluded.at,"
                + " resumed = excluded.resumed, watermark = excluded.watermark,"
                + " digest = excluded.digest, sequence = excluded.sequence,"
                + " admitted = excluded.admitted");
    setState(upsert, state);
    upsert.setInt(10, key);
    upsert.setLong(11, state.firstSequence());
    upsert.setInt(12, first.version().number());
    upsert.setBytes(13, first.digest().bytes());
    upsert.setLong(14, first.sequence());
    upsert.setLong(15, Micros.of(first.admitted()));
    statements.runLater(upsert, TABLE);
  }

  /** The state of a key after another content at its watermark. */
  void update(int key, KeyState state) throws SQLException {
    PreparedStatement update =
        statements.of(
            "UPDATE key_state SET equal_since = ?, equal_count = ?, new_versions_level = ?,"
                + " new_versions_at = ?, new_hashes_level = ?, new_hashes_at = ?, before = ?,"
                + " at = ?, resumed = ? WHERE signing_key = ?");
    setState(update, state);
    update.setInt(10, key);
    statements.runLater(update, TABLE);
  }

  private static void setState(PreparedStatement statement, KeyState state) throws SQLException {
    statement.setLong(1, Micros.of(state.equalSince()));
    statement.setInt(2, state.equalCount());
    statement.setDouble(3, state.newVersions().level());
    statement.setLong(4, Micros.of(state.newVersions().at()));
    statement.setDouble(5, state.newHashes().level());
    statement.setLong(6, Micros.of(state.newHashes().at()));
    statement.setBytes(7, FrontierCodec.encode(state.before()));
    statement.setBytes(8, FrontierCodec.encode(state.at()));
    statement.setInt(9, state.resumed() ? 1 : 0);
  }

  /** Takes a watermark back; only a row that says so can. */
  void lowerWatermark(int key, Version version, long sequence) throws SQLException {
    PreparedStatement update =
        statements.of("UPDATE key_state SET watermark = ?, lowered_by = ? WHERE signing_key = ?");
    update.setInt(1, version.number());
    update.setLong(2, sequence);
    update.setInt(3, key);
    statements.runLater(update, TABLE);
  }

  /** Lets every key that has a watermark go on as RESUMED; how many there are. */
  int resumeAll() throws SQLException {
    statements.run(statements.of("UPDATE key_state SET resumed = 1"));
    return statements.number(statements.of("SELECT COUNT(*) FROM key_state"));
  }

  int highestVersion(RepositoryName repository, Role role) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT COALESCE(MAX(s.watermark), 0) FROM key_state s"
                + " JOIN signing_key k ON k.number = s.signing_key"
                + " JOIN repository r ON r.number = k.repository WHERE r.name = ? AND k.role = ?");
    select.setString(1, repository.value());
    select.setString(2, role.id());
    return statements.number(select);
  }
}
