package dev.chancery.ledger;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.History;
import dev.chancery.policy.IssuedSnapshot;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.ListedKeys;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.RecordedContent;
import dev.chancery.policy.SeenHash;
import dev.chancery.policy.SnapshotOrder;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the tables say that bears on one proposal. Rules ask the same several times; the tables are
 * asked once.
 */
final class StoreHistory implements History {
  private record NamedHash(String name, Sha256 hash) {}

  private final LedgerStore store;
  private final StateCache cache;
  private final Proposal proposal;
  private final Map<Sha256, Optional<IssuedSnapshot>> snapshots = new HashMap<>();
  private final Map<NamedHash, Optional<SeenHash>> seen = new HashMap<>();

  StoreHistory(LedgerStore store, StateCache cache, Proposal proposal) {
    this.store = store;
    this.cache = cache;
    this.proposal = proposal;
  }

  @Override
  public KeyState state() {
    return cache.state(proposal.key().number());
  }

  @Override
  public KeyState state(KeyRecord key) {
    return cache.state(key.number());
  }

  @Override
  public int highestVersion(Role role) {
    return highestVersion(store, proposal.key().repository(), role);
  }

  @Override
  public int highestSigned(Role role) {
    return read(() -> store.states.highestVersion(proposal.key().repository(), role));
  }

  /** As {@link #highestVersion(Role)}, of any repository. */
  static int highestVersion(LedgerStore store, RepositoryName repository, Role role) {
    Version start = read(() -> store.repositories.settings(repository)).start(role);
    int signed = read(() -> store.states.highestVersion(repository, role));
    return start == null ? signed : Math.max(start.number(), signed);
  }

  @Override
  public Custody custody() {
    return read(() -> store.repositories.settings(proposal.key().repository())).custody();
  }

  @Override
  public Optional<ListedKeys> root() {
    return cache.root(proposal.key().repository()).map(RegisteredRoot::keys);
  }

  @Override
  public Optional<KeyState> currentTimestampKey() {
    int key = cache.timestampKey(proposal.key().repository());
    return key == 0 ? Optional.empty() : Optional.of(cache.state(key));
  }

  @Override
  public Optional<IssuedSnapshot> issuedSnapshot(Sha256 file) {
    return snapshots.computeIfAbsent(
        file,
        asked ->
            read(() -> store.snapshots.get(proposal.key().repository(), asked)).map(this::issued));
  }

  private IssuedSnapshot issued(SnapshotTable.StoredSnapshot stored) {
    KeyState state = cache.state(stored.keyNumber());
    Version watermark = state.watermark();
    return new IssuedSnapshot(
        new SnapshotOrder(state.firstSequence(), stored.version()),
        stored.file(),
        watermark == null ? 0 : watermark.number());
  }

  @Override
  public Optional<SeenHash> seen(String name, Sha256 hash) {
    return seen.computeIfAbsent(
        new NamedHash(name, hash),
        asked -> read(() -> store.seen.get(proposal.key().number(), asked.name(), asked.hash())));
  }

  @Override
  public Optional<RecordedContent> contentAtWatermark(Sha256 canonical) {
    Version watermark = state().watermark();
    return watermark == null
        ? Optional.empty()
        : read(() -> store.contents.get(proposal.key().number(), watermark, canonical));
  }

  @Override
  public Bucket callerBudget() {
    return cache.callerBudget(proposal.caller());
  }

  static <T> T read(Query<T> query) {
    try {
      return query.run();
    } catch (SQLException e) {
      throw new LedgerException("the ledger cannot be read: " + e.getMessage(), e);
    }
  }

  /** A read that may fail. */
  @FunctionalInterface
  interface Query<T> {
    T run() throws SQLException;
  }
}
