package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.RepositoryName;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.KeyState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Derived state in memory, as of the transaction that is open. Emptied when one is rolled back. For
 * the writer thread alone, except {@link #knownRoot}.
 */
final class StateCache {
  private final LedgerStore store;
  private final Map<Integer, KeyState> states;
  private final Map<Integer, KeyStatus> statuses;
  private final Map<RepositoryName, Integer> timestampKeys;
  private final Map<String, Bucket> callerBudgets = new HashMap<>();

  /** Each takes as much memory as its file several times over. */
  private static final int MAX_ROOTS = 10_000;

  private final Map<RepositoryName, Optional<RegisteredRoot>> roots = new ConcurrentHashMap<>();

  StateCache(LedgerStore store, int capacity) {
    this.store = store;
    this.states = new Lru<>(capacity);
    this.statuses = new Lru<>(capacity);
    this.timestampKeys = new Lru<>(capacity);
  }

  /** The state of a key; that of an unused key where there is none. */
  KeyState state(int key) {
    KeyState state = states.get(key);
    if (state == null) {
      state = StoreHistory.read(() -> store.states.get(key)).orElse(KeyState.UNUSED);
      states.put(key, state);
    }
    return state;
  }

  void put(int key, KeyState state) {
    states.put(key, state);
  }

  /** The status of a key, if it is on the record. */
  Optional<KeyStatus> status(int key) {
    KeyStatus known = statuses.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<KeyStatus> status = StoreHistory.read(() -> store.keys.findStatus(key));
    status.ifPresent(found -> statuses.put(key, found));
    return status;
  }

  void putStatus(KeyRecord key) {
    putStatus(key.number(), key.status());
  }

  void putStatus(int key, KeyStatus status) {
    statuses.put(key, status);
  }

  /** Whether nothing of the key has to be read. */
  boolean knows(int key) {
    return states.containsKey(key) && statuses.containsKey(key);
  }

  /** The number of the timestamp key admitted last for the repository, or 0. */
  int timestampKey(RepositoryName repository) {
    Integer key = timestampKeys.get(repository);
    if (key == null) {
      key = StoreHistory.read(() -> store.repositories.timestampKey(repository));
      timestampKeys.put(repository, key);
    }
    return key;
  }

  void putTimestampKey(RepositoryName repository, int key) {
    timestampKeys.put(repository, key);
  }

  /** The newest root registered for the repository, if there is one. */
  Optional<RegisteredRoot> root(RepositoryName repository) {
    Optional<RegisteredRoot> root = roots.get(repository);
    if (root == null) {
      root = StoreHistory.read(() -> store.roots.newest(repository));
      if (roots.size() >= MAX_ROOTS) {
        roots.clear();
      }
      roots.put(repository, root);
    }
    return root;
  }

  /** As {@link #root}, if it is in memory; for every thread. */
  Optional<Optional<RegisteredRoot>> knownRoot(RepositoryName repository) {
    return Optional.ofNullable(roots.get(repository));
  }

  void forgetRoot(RepositoryName repository) {
    roots.remove(repository);
  }

  Bucket callerBudget(String caller) {
    return callerBudgets.computeIfAbsent(caller, this::storedBudget);
  }

  private Bucket storedBudget(String caller) {
    return StoreHistory.read(() -> store.callers.get(caller)).orElse(Bucket.FULL);
  }

  void putCallerBudget(String caller, Bucket budget) {
    callerBudgets.put(caller, budget);
  }

  /** Reads anew what somebody else's row may have changed. */
  void forget(ForeignRows foreign) {
    foreign.keys().forEach(states::remove);
    foreign.keys().forEach(statuses::remove);
    foreign.repositories().forEach(timestampKeys::remove);
    foreign.roots().forEach(roots::remove);
    foreign.callers().forEach(callerBudgets::remove);
  }

  /** Reads every state anew: all of them may have changed. */
  void forgetStates() {
    states.clear();
  }

  void clear() {
    states.clear();
    statuses.clear();
    timestampKeys.clear();
    roots.clear();
    callerBudgets.clear();
  }

  private static final class Lru<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int capacity;

    Lru(int capacity) {
      super(16, 0.75f, true);
      this.capacity = capacity;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > capacity;
    }
  }
}
