package dev.chancery.keys;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.TokenPlace;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.NewKey;
import dev.chancery.metadata.MetadataDialects;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes, shows and freezes keys (DESIGN section 4). Keys are made one at a time, so that two
 * requests for one repository and role get the same key; no key is ever deleted.
 */
public final class Keys implements AutoCloseable {
  private static final int TOKEN_KEY_ID_BYTES = 8;

  private final SigningToken token;
  private final Ledger ledger;
  private final KeyRegistry registry;
  private final KeyAccess access;
  private final KeyLimits limits;
  private final Adoption adoption;
  private final InstantSource clock;
  private final SecureRandom random;
  private final ExecutorService maker;

  /**
   * Wires the keys of one token and ledger.
   *
   * @param random names new token objects; they need not be secret, only distinct
   */
  public Keys(
      SigningToken token,
      Ledger ledger,
      KeyRegistry registry,
      KeyAccess access,
      KeyQuotas quotas,
      InstantSource clock,
      SecureRandom random) {
    this.token = token;
    this.ledger = ledger;
    this.registry = registry;
    this.access = access;
    this.limits = new KeyLimits(registry, quotas);
    this.adoption = new Adoption(token, ledger, registry, access, clock);
    this.clock = clock;
    this.random = random;
    this.maker =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("key-maker").daemon(true).factory());
  }

  /**
   * A key for {@code repository} and {@code role}: the one made before if it has never been used,
   * else a new one.
   *
   * @return fails with {@code RefusedException} ROLE_NOT_ALLOWED, REPOSITORY_NOT_ALLOWED,
   *     ALGORITHM_NOT_ALLOWED or KEY_QUOTA; with {@code TokenException} or {@code LedgerException}
   *     if no key could be made
   */
  public CompletableFuture<KeyRecord> create(
      Caller caller, Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm) {
    try {
      access.require(caller, Operation.CREATE_KEY, repository);
      requireBound();
      requireDialect(caller, Operation.CREATE_KEY, repository, dialect);
      if (!token.supported().contains(KeySpecs.of(algorithm))) {
        throw refused(caller, algorithmNotAllowed(algorithm));
      }
    } catch (RefusedException | TokenException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(
        () -> unusedOrNew(caller, dialect, repository, role, algorithm), maker);
  }

  // Before the token's keys were read an unused one is not known to be there, and another would be
  // made; nor is it known what the token can make.
  private void requireBound() {
    if (!registry.isBound()) {
      throw new TokenException("TOKEN_RECOVERING", "the token's keys have not been read yet");
    }
  }

  // Versions and snapshots are compared within a repository, which speaks one dialect.
  private void requireDialect(
      Caller caller, Operation operation, RepositoryName repository, Dialect dialect) {
    Optional<Dialect> other =
        registry.of(repository).stream()
            .map(key -> key.record().dialect())
            .filter(known -> known != dialect)
            .findFirst();
    if (other.isPresent()) {
      throw access.recorded(
          caller,
          operation,
          null,
          new RefusedException(
              Refusal.REQUEST_INVALID,
              "dialect " + dialect.id() + " for " + Quote.of(repository.value()),
              "dialect " + other.get().id() + ", which its keys have",
              "give the repository another name here"));
    }
  }

  private KeyRecord unusedOrNew(
      Caller caller, Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm) {
    // Another node may have made one that is unused, or used the one that is known here.
    joined(ledger.catchUp());
    Optional<KeyRecord> unused = unused(repository, role, algorithm);
    if (unused.isPresent()) {
      return unused.get();
    }
    try {
      limits.check(caller.name(), repository, role, clock.instant());
    } catch (RefusedException e) {
      throw refused(caller, e);
    }
    // A key that could not be put on the record would stay in the token, known to nobody.
    joined(ledger.probe(clock.instant()));
    TokenKey made = token.generate(KeySpecs.of(algorithm), tokenKeyId(role));
    NewKey key =
        new NewKey(
            MetadataDialects.of(dialect).keyId(algorithm, made.subjectPublicKeyInfo()),
            dialect,
            repository,
            role,
            algorithm,
            KeyMode.RESIDENT,
            place(token, made),
            new PublicKeyInfo(made.subjectPublicKeyInfo()),
            clock.instant(),
            caller.name());
    // If another node was faster its key counts; the one just made stays in the token, never used.
    KeyRecord record = joined(ledger.addKey(key, () -> unused(repository, role, algorithm)));
    if (record.id().equals(key.id())) {
      registry.register(record, made);
    }
    return record;
  }

  private Optional<KeyRecord> unused(RepositoryName repository, Role role, Algorithm algorithm) {
    return registry.unused(repository, role, algorithm).map(BoundKey::record);
  }

  /** Where the token has {@code key}, and the attributes it shows of it. */
  public static TokenPlace place(SigningToken token, TokenKey key) {
    return new TokenPlace(
        token.identity().label(),
        token.identity().serial(),
        key.id(),
        KeyRegistry.fingerprint(key));
  }

  /**
   * Puts a key on the record that an old signer holds and that signs through it: mode {@code
   * foreign}, for ever. The same again changes nothing.
   *
   * @return fails with {@code RefusedException} ROLE_NOT_ALLOWED, REPOSITORY_NOT_ALLOWED or
   *     REQUEST_INVALID (not a key of that algorithm; on the record with another binding or mode);
   *     with {@code LedgerException}
   */
  public CompletableFuture<KeyRecord> adopt(Caller caller, OldKey key) {
    return adopting(caller, key, () -> adoption.adopt(caller, key));
  }

  /**
   * Puts a software key into the token and on the record: mode {@code imported}, for ever. The same
   * again changes nothing.
   *
   * @param pkcs8 DER PrivateKeyInfo (RFC 5208); the caller wipes it once the future is done
   * @return fails as {@link #adopt}, and with {@code TokenException}
   */
  public CompletableFuture<KeyRecord> importKey(Caller caller, OldKey key, byte[] pkcs8) {
    return adopting(
        caller, key, () -> adoption.importKey(caller, key, pkcs8, tokenKeyId(key.role())));
  }

  private CompletableFuture<KeyRecord> adopting(
      Caller caller, OldKey key, Supplier<KeyRecord> work) {
    try {
      access.require(caller, Operation.ADOPT_KEY, key.repository());
      requireDialect(caller, Operation.ADOPT_KEY, key.repository(), key.dialect());
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(work, maker);
  }

  /**
   * One key.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED or KEY_UNKNOWN
   */
  public KeyRecord get(Caller caller, KeyId id) {
    return access.require(caller, Operation.READ_KEYS, id).record();
  }

  /**
   * The keys this caller may see, oldest first.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED; REPOSITORY_NOT_ALLOWED if {@code repository} is
   *     given
   */
  public List<KeyRecord> list(
      Caller caller, @Nullable RepositoryName repository, @Nullable Role role) {
    access.requireRole(caller, Operation.READ_KEYS);
    if (repository != null) {
      access.require(caller, Operation.READ_KEYS, repository);
    }
    return registry.all().stream()
        .map(BoundKey::record)
        .filter(key -> repository == null || key.repository().equals(repository))
        .filter(key -> role == null || key.role() == role)
        .filter(key -> caller.may(Operation.READ_KEYS, key.repository()))
        .sorted(Comparator.comparingInt(KeyRecord::number))
        .toList();
  }

  /**
   * Takes a key out of use for signing; it stays visible, for a trust server that no longer finds
   * its key makes another.
   *
   * @return fails with {@code RefusedException} or {@code LedgerException}
   */
  public CompletableFuture<KeyRecord> freeze(Caller caller, KeyId id, String reason) {
    KeyRecord key;
    try {
      key = access.require(caller, Operation.FREEZE_KEY, id).record();
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return key.status() == KeyStatus.ACTIVE
        ? ledger
            .setStatus(
                key, KeyStatus.FROZEN, caller.name(), Quote.ascii(reason, 200), clock.instant())
            .thenApply(this::updated)
        : CompletableFuture.completedFuture(key);
  }

  @Override
  public void close() {
    maker.shutdown();
    try {
      if (!maker.awaitTermination(10, TimeUnit.SECONDS)) {
        maker.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KeyRecord updated(KeyRecord changed) {
    registry.update(changed);
    return changed;
  }

  private RefusedException refused(Caller caller, RefusedException refusal) {
    return access.recorded(caller, Operation.CREATE_KEY, null, refusal);
  }

  private RefusedException algorithmNotAllowed(Algorithm algorithm) {
    return new RefusedException(
        Refusal.ALGORITHM_NOT_ALLOWED,
        "algorithm " + algorithm.id(),
        "an algorithm of this token: " + KeySpecs.names(token.supported()),
        "ask for another algorithm");
  }

  private String tokenKeyId(Role role) {
    byte[] bytes = new byte[TOKEN_KEY_ID_BYTES];
    random.nextBytes(bytes);
    return role.id() + "-" + HexFormat.of().formatHex(bytes);
  }

  /** Waits for {@code future}; fails as it did, without the wrapping. */
  public static <T> T joined(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
