package dev.chancery.ledger;

import dev.chancery.api.MetaFile;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Version;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Table {@code issued_snapshot}: the snapshot files signed here. */
final class SnapshotTable {
  /** A snapshot signed here, as stored. */
  record StoredSnapshot(int keyNumber, int version, MetaFile file) {}

  /** What {@link #get} is asked for. */
  record Asked(RepositoryName repository, Sha256 file) {}

  private static final String TABLE = "issued_snapshot";

  private final Statements statements;
  private final Map<Asked, Optional<StoredSnapshot>> ahead = new HashMap<>();

  SnapshotTable(Statements statements) {
    this.statements = statements;
  }

  /** What {@link #get} will answer until a snapshot is written, or all is forgotten. */
  void readAhead(Map<Asked, Optional<StoredSnapshot>> found) {
    ahead.clear();
    ahead.putAll(found);
  }

  void insert(int key, Version version, MetaFile file) throws SQLException {
    Sha512 sha512 = file.sha512();
    if (sha512 == null) {
      throw new IllegalArgumentException("a snapshot issued here has a sha512");
    }
    PreparedStatement insert =
        statements.of(
            "INSERT INTO issued_snapshot (sha256, sha512, length, signing_key, version)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    insert.setBytes(1, file.sha256().bytes());
    insert.setBytes(2, sha512.bytes());
    insert.setLong(3, file.length());
    insert.setInt(4, key);
    insert.setInt(5, version.number());
    statements.runLater(insert, TABLE);
    ahead.keySet().removeIf(asked -> asked.file().equals(file.sha256()));
  }

  Optional<StoredSnapshot> get(RepositoryName repository, Sha256 file) throws SQLException {
    Optional<StoredSnapshot> known = ahead.get(new Asked(repository, file));
    if (known != null) {
      return known;
    }
    PreparedStatement select =
        statements.of(
            "SELECT i.sha512, i.length, i.signing_key, i.version FROM issued_snapshot i"
                + " JOIN signing_key k ON k.number = i.signing_key"
                + " JOIN repository r ON r.number = k.repository"
                + " WHERE i.sha256 = ? AND r.name = ?");
    select.setBytes(1, file.bytes());
    select.setString(2, repository.value());
    try (ResultSet row = statements.query(select, TABLE)) {
      if (!row.next()) {
        return Optional.empty();
      }
      MetaFile meta = new MetaFile(file, Sha512.fromBytes(row.getBytes(1)), row.getLong(2));
      return Optional.of(new StoredSnapshot(row.getInt(3), row.getInt(4), meta));
    }
  }
}
