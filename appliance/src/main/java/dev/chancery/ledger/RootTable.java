package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.policy.ListedKeys;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Table {@code root}: every root of a TUF 1.0 repository that is on the record. */
final class RootTable {
  private static final String NEWEST =
      "SELECT n.name, t.* FROM root t JOIN repository n ON n.number = t.repository"
          + " WHERE t.version = (SELECT MAX(version) FROM root WHERE repository = t.repository)";

  private final Statements statements;
  private final RepositoryTable repositories;

  RootTable(Statements statements, RepositoryTable repositories) {
    this.statements = statements;
    this.repositories = repositories;
  }

  /** The newest of each repository that has one, by name. */
  List<RegisteredRoot> all() throws SQLException {
    PreparedStatement select = statements.of(NEWEST + " ORDER BY n.name");
    List<RegisteredRoot> roots = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        roots.add(root(row));
      }
    }
    return roots;
  }

  /** The newest of one repository, if it has one. */
  Optional<RegisteredRoot> newest(RepositoryName repository) throws SQLException {
    PreparedStatement select = statements.of(NEWEST + " AND n.name = ?");
    select.setString(1, repository.value());
    try (ResultSet row = statements.query(select)) {
      return row.next() ? Optional.of(root(row)) : Optional.empty();
    }
  }

  private static RegisteredRoot root(ResultSet row) throws SQLException {
    byte[] file = row.getBytes("file");
    ListedKeys keys =
        new ListedKeys(
            new Version(row.getInt("version")),
            Sha256.of(file),
            Instant.parse(row.getString("expires")),
            keyIds(row.getString("timestamp_keys")),
            keyIds(row.getString("snapshot_keys")));
    return new RegisteredRoot(
        new RepositoryName(row.getString("name")),
        keys,
        file,
        Instant.parse(row.getString("added")));
  }

  /** Key ids with a blank between them. */
  static List<KeyId> keyIds(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(" ", -1)).map(KeyId::new).toList();
  }

  /** As {@link #keyIds} reads them. */
  static String text(List<KeyId> keyIds) {
    return keyIds.stream().map(KeyId::hex).collect(Collectors.joining(" "));
  }

  /** Digests of the files on the record, by repository and version. */
  Map<String, NavigableMap<Integer, Sha256>> digests() throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT n.name, t.version, t.file FROM root t"
                + " JOIN repository n ON n.number = t.repository");
    Map<String, NavigableMap<Integer, Sha256>> digests = new TreeMap<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        digests
            .computeIfAbsent(row.getString(1), name -> new TreeMap<>())
            .put(row.getInt(2), Sha256.of(row.getBytes(3)));
      }
    }
    return digests;
  }

  void insert(RegisteredRoot root) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO root (repository, version, file, expires, timestamp_keys, snapshot_keys,"
                + " added) VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert.setInt(1, repositories.number(root.repository()));
    insert.setInt(2, root.keys().version().number());
    insert.setBytes(3, root.file());
    insert.setString(4, root.keys().expires().toString());
    insert.setString(5, text(root.keys().timestamp()));
    insert.setString(6, text(root.keys().snapshot()));
    insert.setString(7, root.added().toString());
    statements.run(insert);
  }
}
