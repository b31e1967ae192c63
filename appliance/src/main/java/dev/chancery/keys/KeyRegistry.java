package dev.chancery.keys;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.WatermarkView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All keys in memory: what is asked about keys never waits for the token or the ledger. */
public final class KeyRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRegistry.class);

  private final Map<KeyId, BoundKey> byId = new ConcurrentHashMap<>();
  private final Map<RepositoryName, CopyOnWriteArrayList<KeyId>> byRepository =
      new ConcurrentHashMap<>();
  private final Set<KeyId> unbound = ConcurrentHashMap.newKeySet();
  private volatile Runnable beforeUnknown = () -> {};
  private volatile boolean bound;

  /** Reads the ledger's keys; until {@link #bindTo} none of them can sign. */
  public static KeyRegistry load(Ledger ledger) {
    Set<KeyId> used = new HashSet<>();
    for (WatermarkView watermark : ledger.watermarks()) {
      used.add(watermark.key().id());
    }
    KeyRegistry registry = new KeyRegistry();
    for (KeyRecord record : ledger.keys()) {
      VerificationKey verification =
          VerificationKey.parse(record.algorithm(), record.publicKey().der());
      registry.add(
          new BoundKey(record, verification, Optional.empty(), used.contains(record.id())));
    }
    return registry;
  }

  /** Finds the private half of each key in {@code tokenKeys}: all usable keys of the token. */
  public void bindTo(Collection<TokenKey> tokenKeys) {
    Map<String, TokenKey> inToken = new HashMap<>();
    tokenKeys.forEach(key -> inToken.put(key.id(), key));
    byId.replaceAll(
        (id, key) -> {
          TokenPlace place = key.record().place();
          return place == null
              ? key
              : key.with(matching(key.record(), Optional.ofNullable(inToken.get(place.keyId()))));
        });
    bound = true;
  }

  /** Whether the token's keys have been read; before that nothing can be said of any key. */
  public boolean isBound() {
    return bound;
  }

  // The private half of a key, if it is what the record says it is.
  private static Optional<TokenKey> matching(KeyRecord record, Optional<TokenKey> tokenKey) {
    Optional<TokenKey> matching = tokenKey.filter(key -> isThat(record, key));
    if (matching.isEmpty()) {
      LOG.error(
          "key {} ({} of {}): the token has no such key, or its attributes changed",
          record.id(),
          record.role().id(),
          record.repository());
    }
    return matching;
  }

  private static boolean isThat(KeyRecord record, TokenKey key) {
    return record.place() != null
        && Arrays.equals(key.subjectPublicKeyInfo(), record.publicKey().der())
        && fingerprint(key).equals(record.place().attributes());
  }

  /** Digest of the attributes as the token gave them, {@code NAME=value} a line, sorted by name. */
  public static Sha256 fingerprint(TokenKey key) {
    StringBuilder lines = new StringBuilder();
    key.attributes()
        .values()
        .forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    return Sha256.of(lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** Takes up a key that has just been put on the record. */
  public void register(KeyRecord record, TokenKey tokenKey) {
    VerificationKey verification =
        VerificationKey.parse(record.algorithm(), record.publicKey().der());
    add(new BoundKey(record, verification, matching(record, Optional.of(tokenKey)), false));
    unbound.remove(record.id());
  }

  /** Takes up a key of an old signer that has just been put on the record. */
  public void registerForeign(KeyRecord record) {
    VerificationKey verification =
        VerificationKey.parse(record.algorithm(), record.publicKey().der());
    add(new BoundKey(record, verification, Optional.empty(), false));
  }

  private void add(BoundKey key) {
    byId.put(key.record().id(), key);
    byRepository
        .computeIfAbsent(key.record().repository(), name -> new CopyOnWriteArrayList<>())
        .addIfAbsent(key.record().id());
  }

  /**
   * Takes up what other nodes did to keys. The private half of a new one is not known to be there
   * until {@link #bind}.
   */
  void follow(Collection<KeyRecord> changed, Set<KeyId> signed) {
    for (KeyRecord record : changed) {
      if (byId.containsKey(record.id())) {
        update(record);
      } else {
        VerificationKey verification =
            VerificationKey.parse(record.algorithm(), record.publicKey().der());
        add(new BoundKey(record, verification, Optional.empty(), false));
        if (record.mode().isInToken()) {
          unbound.add(record.id());
        }
      }
    }
    signed.forEach(this::markUsed);
  }

  /**
   * Finds the private halves of keys that other nodes made.
   *
   * @param token looks for a key by its id in the token; may fail, and then is asked again
   */
  void bind(Function<String, Optional<TokenKey>> token) {
    for (KeyId id : List.copyOf(unbound)) {
      BoundKey key = byId.get(id);
      TokenPlace place = key == null ? null : key.record().place();
      if (place != null) {
        Optional<TokenKey> half = token.apply(place.keyId());
        if (half.isEmpty()) {
          // A replica of the token that it was made in may be a little behind.
          continue;
        }
        byId.computeIfPresent(id, (same, bound) -> bound.with(matching(bound.record(), half)));
      }
      unbound.remove(id);
    }
  }

  /** Takes up what other nodes did, if there are any. */
  public void catchUp() {
    beforeUnknown.run();
  }

  /** Is asked before a key is said to be unknown; another node may have just made it. */
  void beforeUnknown(Runnable catchUp) {
    beforeUnknown = catchUp;
  }

  /** The key with this id. */
  public Optional<BoundKey> find(KeyId id) {
    if (!byId.containsKey(id) || unbound.contains(id)) {
      beforeUnknown.run();
    }
    return Optional.ofNullable(byId.get(id));
  }

  /** The key with this id, as far as it is known in memory; asks nobody. */
  public Optional<BoundKey> there(KeyId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The keys of a repository, oldest first. */
  public List<BoundKey> of(RepositoryName repository) {
    List<KeyId> ids = byRepository.get(repository);
    return ids == null ? List.of() : ids.stream().map(byId::get).toList();
  }

  /** The keys of a repository and role, oldest first. */
  public List<BoundKey> of(RepositoryName repository, Role role) {
    return of(repository).stream().filter(key -> key.record().role() == role).toList();
  }

  /**
   * A key that may be handed out again: never used, active, in the token and made there. An
   * imported or foreign key is given to nobody, for copies of it exist elsewhere.
   */
  Optional<BoundKey> unused(RepositoryName repository, Role role, Algorithm algorithm) {
    return of(repository, role).stream()
        .filter(key -> !key.used() && key.record().algorithm() == algorithm)
        .filter(key -> key.record().mode() == KeyMode.RESIDENT)
        .filter(key -> key.record().status() == KeyStatus.ACTIVE)
        .filter(key -> key.tokenKey().isPresent() || unbound.contains(key.record().id()))
        .findFirst();
  }

  /** All keys, in no order. */
  public Collection<BoundKey> all() {
    return byId.values();
  }

  /** Whether the repository has any key. */
  boolean knows(RepositoryName repository) {
    return byRepository.containsKey(repository);
  }

  /** Notes that a key has an admitted row. */
  public void markUsed(KeyId id) {
    BoundKey key = byId.get(id);
    if (key != null && !key.used()) {
      byId.computeIfPresent(id, (same, bound) -> bound.asUsed());
    }
  }

  /** Notes a key's new status. */
  public void update(KeyRecord changed) {
    byId.computeIfPresent(changed.id(), (same, bound) -> bound.with(changed));
  }
}
