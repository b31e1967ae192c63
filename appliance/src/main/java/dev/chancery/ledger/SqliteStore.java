package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.policy.Admitted.Remembered;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.RecordedContent;
import dev.chancery.policy.SeenHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on a ledger's tables, each prepared once. For one thread at a time. */
final class SqliteStore implements AutoCloseable {
  /** A snapshot signed here, as stored. */
  record StoredSnapshot(int keyNumber, int version, MetaFile file) {}

  /**
   * One content admitted at a watermark.
   *
   * @param sequence the row that admitted it
   */
  record Content(Version version, Sha256 digest, long sequence, Instant admitted) {}

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private boolean inTransaction = true;

  SqliteStore(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
  }

  void commit() throws SQLException {
    connection.commit();
  }

  /** Makes sure a transaction is open, after a {@link #rollback}; else the driver began one. */
  void begin() throws SQLException {
    if (!inTransaction) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
      }
      inTransaction = true;
    }
  }

  /** Ends the transaction without effect. The next thing must be {@link #begin}. */
  void rollback() throws SQLException {
    // The driver closes a statement that failed: used again it would fail for ever.
    statements.clear();
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // After a full disk or an I/O error SQLite has rolled back itself; without a transaction
      // each statement from here on would be one of its own.
      if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
        throw e;
      }
    } finally {
      inTransaction = false;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  // --- rows ------------------------------------------------------------------------------------

  void appendRow(long sequence, byte[] body) throws SQLException {
    PreparedStatement insert = prepared("INSERT INTO ledger_row (sequence, body) VALUES (?, ?)");
    insert.setLong(1, sequence);
    insert.setBytes(2, body);
    insert.executeUpdate();
  }

  /** The newest row. */
  byte[] lastRow() throws SQLException {
    PreparedStatement select =
        prepared("SELECT body FROM ledger_row ORDER BY sequence DESC LIMIT 1");
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the ledger has no rows");
      }
      return row.getBytes(1);
    }
  }

  /** Writes something that means nothing, to see whether writing works. */
  void touch(Instant now) throws SQLException {
    PreparedStatement upsert =
        prepared(
            "INSERT INTO setting (name, value) VALUES ('touched', ?)"
                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    upsert.setString(1, now.toString());
    upsert.executeUpdate();
  }

  // --- keys ------------------------------------------------------------------------------------

  List<KeyRecord> keys() throws SQLException {
    PreparedStatement select =
        prepared(
            "SELECT k.*, r.name AS repository_name FROM signing_key k"
                + " JOIN repository r ON r.number = k.repository ORDER BY k.number");
    List<KeyRecord> keys = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        keys.add(key(row));
      }
    }
    return keys;
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

  private static @Nullable TokenPlace place(ResultSet row) throws SQLException {
    String keyId = row.getString("token_key_id");
    return keyId == null
        ? null
        : new TokenPlace(
            row.getString("token_label"),
            row.getString("token_serial"),
            keyId,
            Sha256.fromBytes(row.getBytes("attributes")));
  }

  KeyRecord insertKey(NewKey key) throws SQLException {
    PreparedStatement insert =
        prepared(
            "INSERT INTO signing_key (key_id, dialect, repository, role, algorithm, token_label,"
                + " token_serial, token_key_id, mode, status, public_key, attributes, created,"
                + " creator) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number");
    insert.setString(1, key.id().hex());
    insert.setString(2, key.dialect().id());
    insert.setInt(3, repositoryNumber(key.repository()));
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
    int number = number(insert);
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
    PreparedStatement update = prepared("UPDATE signing_key SET status = ? WHERE number = ?");
    update.setString(1, key.status().id());
    update.setInt(2, key.number());
    update.executeUpdate();
  }

  KeyStatus status(int key) throws SQLException {
    PreparedStatement select = prepared("SELECT status FROM signing_key WHERE number = ?");
    select.setInt(1, key);
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("key " + key + " is not there");
      }
      return KeyStatus.of(row.getString(1));
    }
  }

  // --- repositories ----------------------------------------------------------------------------

  List<RepositorySettings> repositories() throws SQLException {
    PreparedStatement select = prepared("SELECT * FROM repository ORDER BY name");
    List<RepositorySettings> repositories = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        repositories.add(repository(row));
      }
    }
    return repositories;
  }

  /** What is kept of a repository; the usual where there is nothing. */
  RepositorySettings repository(RepositoryName name) throws SQLException {
    PreparedStatement select = prepared("SELECT * FROM repository WHERE name = ?");
    select.setString(1, name.value());
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? repository(row) : RepositorySettings.usual(name);
    }
  }

  private static RepositorySettings repository(ResultSet row) throws SQLException {
    return new RepositorySettings(
        new RepositoryName(row.getString("name")),
        Custody.of(row.getString("custody")),
        version(row, "timestamp_start"),
        version(row, "snapshot_start"));
  }

  private static @Nullable Version version(ResultSet row, String column) throws SQLException {
    int number = row.getInt(column);
    return row.wasNull() ? null : new Version(number);
  }

  void saveRepository(RepositorySettings settings) throws SQLException {
    int number = repositoryNumber(settings.name());
    PreparedStatement update =
        prepared(
            "UPDATE repository SET custody = ?, timestamp_start = ?, snapshot_start = ?"
                + " WHERE number = ?");
    update.setString(1, settings.custody().id());
    setVersion(update, 2, settings.timestampStart());
    setVersion(update, 3, settings.snapshotStart());
    update.setInt(4, number);
    update.executeUpdate();
  }

  private static void setVersion(PreparedStatement statement, int index, @Nullable Version version)
      throws SQLException {
    if (version == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setInt(index, version.number());
    }
  }

  private int repositoryNumber(RepositoryName repository) throws SQLException {
    PreparedStatement insert =
        prepared("INSERT INTO repository (name) VALUES (?) ON CONFLICT DO NOTHING");
    insert.setString(1, repository.value());
    insert.executeUpdate();
    PreparedStatement select = prepared("SELECT number FROM repository WHERE name = ?");
    select.setString(1, repository.value());
    return number(select);
  }

  // --- the state of a key ----------------------------------------------------------------------

  Optional<KeyState> state(int key) throws SQLException {
    PreparedStatement select = prepared("SELECT * FROM key_state WHERE signing_key = ?");
    select.setInt(1, key);
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(state(row)) : Optional.empty();
    }
  }

  private static KeyState state(ResultSet row) throws SQLException {
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
        FrontierCodec.decode(row.getBytes("at")));
  }

  /** The state of a key whose watermark becomes the version of {@code first}. */
  void saveState(int key, KeyState state, Content first) throws SQLException {
    PreparedStatement upsert =
        prepared(
            "INSERT INTO key_state (equal_since, equal_count, new_versions_level, new_versions_at,"
                + " new_hashes_level, new_hashes_at, before, at, signing_key, first_sequence,"
                + " watermark, digest, sequence, admitted)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (signing_key) DO UPDATE SET equal_since = excluded.equal_since,"
                + " equal_count = excluded.equal_count,"
                + " new_versions_level = excluded.new_versions_level,"
                + " new_versions_at = excluded.new_versions_at,"
                + " new_hashes_level = excluded.new_hashes_level,"
                + " new_hashes_at = excluded.new_hashes_at,"
                + " before = excluded.before, at = excluded.at, watermark = excluded.watermark,"
                + " digest = excluded.digest, sequence = excluded.sequence,"
                + " admitted = excluded.admitted");
    setState(upsert, state);
    upsert.setInt(9, key);
    upsert.setLong(10, state.firstSequence());
    upsert.setInt(11, first.version().number());
    upsert.setBytes(12, first.digest().bytes());
    upsert.setLong(13, first.sequence());
    upsert.setLong(14, Micros.of(first.admitted()));
    upsert.executeUpdate();
  }

  /** The state of a key after another content at its watermark. */
  void updateState(int key, KeyState state) throws SQLException {
    PreparedStatement update =
        prepared(
            "UPDATE key_state SET equal_since = ?, equal_count = ?, new_versions_level = ?,"
                + " new_versions_at = ?, new_hashes_level = ?, new_hashes_at = ?, before = ?,"
                + " at = ? WHERE signing_key = ?");
    setState(update, state);
    update.setInt(9, key);
    update.executeUpdate();
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
  }

  /** Takes a watermark back; only a row that says so can. */
  void lowerWatermark(int key, Version version, long sequence) throws SQLException {
    PreparedStatement update =
        prepared("UPDATE key_state SET watermark = ?, lowered_by = ? WHERE signing_key = ?");
    update.setInt(1, version.number());
    update.setLong(2, sequence);
    update.setInt(3, key);
    update.executeUpdate();
  }

  int highestVersion(RepositoryName repository, Role role) throws SQLException {
    PreparedStatement select =
        prepared(
            "SELECT COALESCE(MAX(s.watermark), 0) FROM key_state s"
                + " JOIN signing_key k ON k.number = s.signing_key"
                + " JOIN repository r ON r.number = k.repository WHERE r.name = ? AND k.role = ?");
    select.setString(1, repository.value());
    select.setString(2, role.id());
    return number(select);
  }

  /** The number of the timestamp key admitted last, or 0. */
  int timestampKey(RepositoryName repository) throws SQLException {
    PreparedStatement select =
        prepared("SELECT COALESCE(timestamp_key, 0) FROM repository WHERE name = ?");
    select.setString(1, repository.value());
    return number(select);
  }

  void setTimestampKey(RepositoryName repository, int key) throws SQLException {
    PreparedStatement update = prepared("UPDATE repository SET timestamp_key = ? WHERE name = ?");
    update.setInt(1, key);
    update.setString(2, repository.value());
    update.executeUpdate();
  }

  // --- contents --------------------------------------------------------------------------------

  /** A content at the watermark that is not the first. */
  void insertOtherContent(int key, Content content) throws SQLException {
    PreparedStatement insert =
        prepared(
            "INSERT INTO other_content (signing_key, version, digest, sequence, admitted)"
                + " VALUES (?, ?, ?, ?, ?)");
    insert.setInt(1, key);
    insert.setInt(2, content.version().number());
    insert.setBytes(3, content.digest().bytes());
    insert.setLong(4, content.sequence());
    insert.setLong(5, Micros.of(content.admitted()));
    insert.executeUpdate();
  }

  /** Forgets the further contents at the watermark, which has moved. */
  void deleteOtherContents(int key) throws SQLException {
    PreparedStatement delete = prepared("DELETE FROM other_content WHERE signing_key = ?");
    delete.setInt(1, key);
    delete.executeUpdate();
  }

  Optional<RecordedContent> content(int key, Version version, Sha256 digest) throws SQLException {
    PreparedStatement select =
        prepared(
            "SELECT c.sequence, r.body FROM content c"
                + " LEFT JOIN issued i ON i.content = c.sequence"
                + " LEFT JOIN ledger_row r ON r.sequence = i.sequence"
                + " WHERE c.signing_key = ? AND c.version = ? AND c.digest = ?");
    select.setInt(1, key);
    select.setInt(2, version.number());
    select.setBytes(3, digest.bytes());
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      byte[] issued = row.getBytes(2);
      return Optional.of(
          new RecordedContent(row.getLong(1), issued == null ? null : signature(issued)));
    }
  }

  private static RawSignature signature(byte[] issuedRow) {
    return new RawSignature(Base64.getDecoder().decode(ParsedRow.of(issuedRow).text("signature")));
  }

  /** The signature of the content that was first admitted in row {@code content} is in a row. */
  void insertIssued(long content, long sequence) throws SQLException {
    PreparedStatement insert =
        prepared("INSERT INTO issued (content, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING");
    insert.setLong(1, content);
    insert.setLong(2, sequence);
    insert.executeUpdate();
  }

  // --- hashes and snapshots --------------------------------------------------------------------

  Optional<SeenHash> seen(int key, String name, Sha256 hash) throws SQLException {
    PreparedStatement select =
        prepared(
            "SELECT first_sequence, superseded FROM seen_hash"
                + " WHERE signing_key = ? AND name = ? AND hash = ?");
    select.setInt(1, key);
    select.setString(2, name);
    select.setBytes(3, hash.bytes());
    try (ResultSet row = select.executeQuery()) {
      return row.next()
          ? Optional.of(new SeenHash(row.getLong(1), row.getBoolean(2)))
          : Optional.empty();
    }
  }

  void remember(int key, Remembered hash) throws SQLException {
    PreparedStatement upsert =
        prepared(
            "INSERT INTO seen_hash (signing_key, name, hash, first_sequence, superseded)"
                + " VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET superseded = MAX(superseded, excluded.superseded)");
    upsert.setInt(1, key);
    upsert.setString(2, hash.name());
    upsert.setBytes(3, hash.file().hash().bytes());
    upsert.setLong(4, hash.file().firstSequence());
    upsert.setBoolean(5, hash.superseded());
    upsert.executeUpdate();
  }

  void insertSnapshot(int key, Version version, MetaFile file) throws SQLException {
    Sha512 sha512 = file.sha512();
    if (sha512 == null) {
      throw new IllegalArgumentException("a snapshot issued here has a sha512");
    }
    PreparedStatement insert =
        prepared(
            "INSERT INTO issued_snapshot (sha256, sha512, length, signing_key, version)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    insert.setBytes(1, file.sha256().bytes());
    insert.setBytes(2, sha512.bytes());
    insert.setLong(3, file.length());
    insert.setInt(4, key);
    insert.setInt(5, version.number());
    insert.executeUpdate();
  }

  Optional<StoredSnapshot> snapshot(RepositoryName repository, Sha256 file) throws SQLException {
    PreparedStatement select =
        prepared(
            "SELECT i.sha512, i.length, i.signing_key, i.version FROM issued_snapshot i"
                + " JOIN signing_key k ON k.number = i.signing_key"
                + " JOIN repository r ON r.number = k.repository"
                + " WHERE i.sha256 = ? AND r.name = ?");
    select.setBytes(1, file.bytes());
    select.setString(2, repository.value());
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      MetaFile meta = new MetaFile(file, Sha512.fromBytes(row.getBytes(1)), row.getLong(2));
      return Optional.of(new StoredSnapshot(row.getInt(3), row.getInt(4), meta));
    }
  }

  // --- callers ---------------------------------------------------------------------------------

  Optional<Bucket> callerBudget(String caller) throws SQLException {
    PreparedStatement select = prepared("SELECT level, at FROM caller_budget WHERE caller = ?");
    select.setString(1, caller);
    try (ResultSet row = select.executeQuery()) {
      return row.next()
          ? Optional.of(new Bucket(row.getDouble(1), Micros.toInstant(row.getLong(2))))
          : Optional.empty();
    }
  }

  void saveCallerBudget(String caller, Bucket budget) throws SQLException {
    PreparedStatement upsert =
        prepared(
            "INSERT INTO caller_budget (caller, level, at) VALUES (?, ?, ?)"
                + " ON CONFLICT (caller) DO UPDATE SET level = excluded.level, at = excluded.at");
    upsert.setString(1, caller);
    upsert.setDouble(2, budget.level());
    upsert.setLong(3, Micros.of(budget.at()));
    upsert.executeUpdate();
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private static int number(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("a row was expected and is not there");
      }
      return row.getInt(1);
    }
  }
}
