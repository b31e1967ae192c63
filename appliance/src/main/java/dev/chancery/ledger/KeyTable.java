package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Table {@code signing_key}. */
final class KeyTable {
  private final Statements statements;
  private final RepositoryTable repositories;

  KeyTable(Statements statements, RepositoryTable repositories) {
    this.statements = statements;
    this.repositories = repositories;
  }

  List<KeyRecord> all() throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT k.*, r.name AS repository_name FROM signing_key k"
                + " JOIN repository r ON r.number = k.repository ORDER BY k.number");
    List<KeyRecord> keys = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        keys.add(key(row));
      }
    }
    return keys;
  }

  /** The key with this id, if it is on the record. */
  Optional<KeyRecord> find(KeyId id) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT k.*, r.name AS repository_name FROM signing_key k"
                + " JOIN repository r ON r.number = k.repository WHERE k.key_id = ?");
    select.setString(1, id.hex());
    try (ResultSet row = statements.query(select)) {
      return row.next() ? Optional.of(key(row)) : Optional.empty();
    }
  }

  /** The ids of the keys that have a watermark. */
  Set<KeyId> withWatermark() throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT k.key_id FROM signing_key k JOIN key_state s ON s.signing_key = k.number");
    Set<KeyId> ids = new HashSet<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        ids.add(new KeyId(row.getString(1)));
      }
    }
    return ids;
  }

  private static KeyRecord key(ResultSet row) throws SQLException {
    return new KeyRecord(
        row.getInt("number"),
        new KeyId(row.getString("key_id")),
        Dialect.of(row.getString("dialect")),
        new RepositoryName(row.getString("repository_name")),
        Role.of(row.getString("role")),
        Algorithm.of(row.getString("algorithm")),
        KeyMode.of(row.getString("mode")),
        place(row),
        KeyStatus.of(row.getString("status")),
        new PublicKeyInfo(row.getBytes("public_key")),
        Instant.parse(row.getString("created")),
        row.getString("creator"));
  }

  /** Where in a token the key of {@code row} is; null if it is in none. */
  static @Nullable TokenPlace place(ResultSet row) throws SQLException {
    String keyId = row.getString("token_key_id");
    return keyId == null
        ? null
        : new TokenPlace(
            row.getString("token_label"),
            row.getString("token_serial"),
            keyId,
            Sha256.fromBytes(row.getBytes("attributes")));
  }

  KeyRecord insert(NewKey key) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO signing_key (key_id, dialect, repository, role, algorithm, token_label,"
                + " token_serial, token_key_id, mode, status, public_key, attributes, created,"
                + " creator) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number");
    insert.setString(1, key.id().hex());
    insert.setString(2, key.dialect().id());
    insert.setInt(3, repositories.number(key.repository()));
    insert.setString(4, key.role().id());
    insert.setString(5, key.algorithm().id());
    TokenPlace place = key.place();
    insert.setString(6, place == null ? null : place.label());
    insert.setString(7, place == null ? null : place.serial());
    insert.setString(8, place == null ? null : place.keyId());
    insert.setString(9, key.mode().id());
    insert.setString(10, KeyStatus.ACTIVE.id());
    insert.setBytes(11, key.publicKey().der());
    insert.setBytes(12, place == null ? null : place.attributes().bytes());
    insert.setString(13, key.created().truncatedTo(ChronoUnit.MICROS).toString());
    insert.setString(14, key.creator());
    int number = statements.number(insert);
    return new KeyRecord(
        number,
        key.id(),
        key.dialect(),
        key.repository(),
        key.role(),
        key.algorithm(),
        key.mode(),
        place,
        KeyStatus.ACTIVE,
        key.publicKey(),
        key.created().truncatedTo(ChronoUnit.MICROS),
        key.creator());
  }

  void setStatus(KeyRecord key) throws SQLException {
    PreparedStatement update = statements.of("UPDATE signing_key SET status = ? WHERE number = ?");
    update.setString(1, key.status().id());
    update.setInt(2, key.number());
    statements.run(update);
  }

  KeyStatus status(int key) throws SQLException {
    return findStatus(key).orElseThrow(() -> new SQLException("key " + key + " is not there"));
  }

  /** The status of the key, if it is on the record. */
  Optional<KeyStatus> findStatus(int key) throws SQLException {
    PreparedStatement select = statements.of("SELECT status FROM signing_key WHERE number = ?");
    select.setInt(1, key);
    try (ResultSet row = statements.query(select, "signing_key")) {
      return row.next() ? Optional.of(KeyStatus.of(row.getString(1))) : Optional.empty();
    }
  }
}
