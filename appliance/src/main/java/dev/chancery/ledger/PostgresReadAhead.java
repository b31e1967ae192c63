package dev.chancery.ledger;

import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Timestamp;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SeenHash;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads what a batch of proposals will be judged by in a handful of round trips, however many they
 * are: for each alone it would be several.
 */
final class PostgresReadAhead {
  private final LedgerStore store;
  private final StateCache cache;

  PostgresReadAhead(LedgerStore store, StateCache cache) {
    this.store = store;
    this.cache = cache;
  }

  void read(List<Proposal> proposals) throws SQLException {
    states(
        proposals.stream()
            .map(proposal -> proposal.key().number())
            .filter(key -> !cache.knows(key))
            .collect(Collectors.toSet()));
    snapshots(proposals);
    seen(proposals);
  }

  private void states(Set<Integer> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    PreparedStatement select =
        store.statements.of(
            "SELECT k.number, k.status, r.name AS repository_name, r.timestamp_key, s.*"
                + " FROM signing_key k JOIN repository r ON r.number = k.repository"
                + " LEFT JOIN key_state s ON s.signing_key = k.number WHERE k.number = ANY (?)");
    select.setArray(1, array("int4", keys));
    try (ResultSet row = store.statements.query(select)) {
      while (row.next()) {
        int key = row.getInt("number");
        cache.putStatus(key, KeyStatus.of(row.getString("status")));
        cache.putTimestampKey(
            new RepositoryName(row.getString("repository_name")), row.getInt("timestamp_key"));
        boolean used = row.getObject("watermark") != null;
        cache.put(key, used ? StateTable.state(row) : KeyState.UNUSED);
      }
    }
  }

  private void snapshots(List<Proposal> proposals) throws SQLException {
    Map<SnapshotTable.Asked, Optional<SnapshotTable.StoredSnapshot>> found = new HashMap<>();
    Set<Sha256> files = new HashSet<>();
    for (Proposal proposal : proposals) {
      if (proposal.metadata() instanceof Timestamp timestamp) {
        Sha256 file = timestamp.snapshot().sha256();
        files.add(file);
        found.put(new SnapshotTable.Asked(proposal.key().repository(), file), Optional.empty());
      }
    }
    if (!files.isEmpty()) {
      PreparedStatement select =
          store.statements.of(
              "SELECT i.sha256, i.sha512, i.length, i.signing_key, i.version, r.name"
                  + " FROM issued_snapshot i JOIN signing_key k ON k.number = i.signing_key"
                  + " JOIN repository r ON r.number = k.repository WHERE i.sha256 = ANY (?)");
      select.setArray(1, hashes(files));
      try (ResultSet row = store.statements.query(select)) {
        while (row.next()) {
          Sha256 file = Sha256.fromBytes(row.getBytes(1));
          MetaFile meta = new MetaFile(file, Sha512.fromBytes(row.getBytes(2)), row.getLong(3));
          found.put(
              new SnapshotTable.Asked(new RepositoryName(row.getString(6)), file),
              Optional.of(new SnapshotTable.StoredSnapshot(row.getInt(4), row.getInt(5), meta)));
        }
      }
    }
    store.snapshots.readAhead(found);
  }

  private void seen(List<Proposal> proposals) throws SQLException {
    Map<SeenTable.Asked, Optional<SeenHash>> found = new HashMap<>();
    for (Proposal proposal : proposals) {
      if (!(proposal.metadata() instanceof NotaryMetadata metadata)) {
        continue;
      }
      int key = proposal.key().number();
      KeyState state = cache.state(key);
      metadata
          .meta()
          .forEach(
              (name, file) -> {
                Sha256 hash = file.sha256();
                if (state.at().carried(name, hash) == null
                    && state.before().carried(name, hash) == null) {
                  found.put(new SeenTable.Asked(key, name, hash), Optional.empty());
                }
              });
    }
    if (!found.isEmpty()) {
      List<SeenTable.Asked> asked = new ArrayList<>(found.keySet());
      PreparedStatement select =
          store.statements.of(
              "SELECT signing_key, name, hash, first_sequence, superseded FROM seen_hash"
                  + " WHERE (signing_key, name, hash) IN (SELECT * FROM unnest (?, ?, ?))");
      select.setArray(1, array("int4", asked.stream().map(SeenTable.Asked::key).toList()));
      select.setArray(2, array("text", asked.stream().map(SeenTable.Asked::name).toList()));
      select.setArray(3, hashes(asked.stream().map(SeenTable.Asked::hash).toList()));
      try (ResultSet row = store.statements.query(select)) {
        while (row.next()) {
          found.put(
              new SeenTable.Asked(
                  row.getInt(1), row.getString(2), Sha256.fromBytes(row.getBytes(3))),
              Optional.of(new SeenHash(row.getLong(4), row.getBoolean(5))));
        }
      }
    }
    store.seen.readAhead(found);
  }

  private Array hashes(Collection<Sha256> values) throws SQLException {
    return store.connection.createArrayOf(
        "bytea", values.stream().map(Sha256::bytes).toArray(byte[][]::new));
  }

  private Array array(String type, Collection<?> values) throws SQLException {
    return store.connection.createArrayOf(type, values.toArray());
  }
}
