package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.policy.Admitted.Remembered;
import dev.chancery.policy.SeenHash;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Table {@code seen_hash}: hashes that a key carried. */
final class SeenTable {
  /** Takes one of them. */
  @FunctionalInterface
  interface Reader {
    void hash(int key, String name, Sha256 hash, SeenHash seen);
  }

  /** What {@link #get} is asked for. */
  record Asked(int key, String name, Sha256 hash) {}

  private static final String TABLE = "seen_hash";

  private final Statements statements;
  private final Map<Asked, Optional<SeenHash>> ahead = new HashMap<>();

  SeenTable(Statements statements) {
    this.statements = statements;
  }

  /** What {@link #get} will answer until the hash is written, or all is forgotten. */
  void readAhead(Map<Asked, Optional<SeenHash>> found) {
    ahead.clear();
    ahead.putAll(found);
  }

  Optional<SeenHash> get(int key, String name, Sha256 hash) throws SQLException {
    Optional<SeenHash> known = ahead.get(new Asked(key, name, hash));
    if (known != null) {
      return known;
    }
    PreparedStatement select =
        statements.of(
            "SELECT first_sequence, superseded FROM seen_hash"
                + " WHERE signing_key = ? AND name = ? AND hash = ?");
    select.setInt(1, key);
    select.setString(2, name);
    select.setBytes(3, hash.bytes());
    try (ResultSet row = statements.query(select, TABLE)) {
      return row.next()
          ? Optional.of(new SeenHash(row.getLong(1), row.getBoolean(2)))
          : Optional.empty();
    }
  }

  /** Passes all of them to {@code reader}, key by key. */
  void each(Reader reader) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT signing_key, name, hash, first_sequence, superseded FROM seen_hash"
                + " ORDER BY signing_key, name, hash");
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        reader.hash(
            row.getInt(1),
            row.getString(2),
            Sha256.fromBytes(row.getBytes(3)),
            new SeenHash(row.getLong(4), row.getBoolean(5)));
      }
    }
  }

  /** Forgets every hash of a key. */
  void forget(int key) throws SQLException {
    PreparedStatement delete = statements.of("DELETE FROM seen_hash WHERE signing_key = ?");
    delete.setInt(1, key);
    statements.runLater(delete, TABLE);
    ahead.clear();
  }

  void remember(int key, Remembered hash) throws SQLException {
    PreparedStatement upsert =
        statements.of(
            "INSERT INTO seen_hash (signing_key, name, hash, first_sequence, superseded)"
                + " VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (signing_key, name, hash) DO UPDATE SET superseded = CASE"
                + " WHEN excluded.superseded THEN excluded.superseded"
                + " ELSE seen_hash.superseded END");
    upsert.setInt(1, key);
    upsert.setString(2, hash.name());
    upsert.setBytes(3, hash.file().hash().bytes());
    upsert.setLong(4, hash.file().firstSequence());
    upsert.setBoolean(5, hash.superseded());
    statements.runLater(upsert, TABLE);
    ahead.remove(new Asked(key, hash.name(), hash.file().hash()));
  }
}
