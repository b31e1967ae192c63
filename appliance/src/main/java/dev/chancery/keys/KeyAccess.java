package dev.chancery.keys;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.RefusalEntry;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether a caller may use a key or repository. Refusals are put on the record here. An unknown key
 * and a key of a repository the caller may not use give the same answer; the row tells them apart.
 */
public final class KeyAccess {
  private final KeyRegistry registry;
  private final Ledger ledger;
  private final InstantSource clock;

  public KeyAccess(KeyRegistry registry, Ledger ledger, InstantSource clock) {
    this.registry = registry;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * The key {@code id}, if {@code caller} may do {@code operation} with it.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED or KEY_UNKNOWN
   */
  public BoundKey require(Caller caller, Operation operation, KeyId id) {
    requireRole(caller, operation);
    BoundKey key =
        registry.find(id).orElseThrow(() -> recorded(caller, operation, null, unknown(id)));
    if (!caller.may(operation, key.record().repository())) {
      recorded(caller, operation, key.record(), notAllowed(key.record().repository()));
      throw unknown(id);
    }
    return key;
  }

  /**
   * Makes sure {@code caller} may do {@code operation} in {@code repository}.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED or REPOSITORY_NOT_ALLOWED
   */
  public void require(Caller caller, Operation operation, RepositoryName repository) {
    requireRole(caller, operation);
    if (!caller.may(operation, repository)) {
      throw recorded(caller, operation, null, notAllowed(repository));
    }
  }

  /**
   * Makes sure {@code caller} may do {@code operation} at all.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED
   */
  public void requireRole(Caller caller, Operation operation) {
    if (!caller.may(operation)) {
      throw recorded(
          caller,
          operation,
          null,
          new RefusedException(
              Refusal.ROLE_NOT_ALLOWED,
              "operation " + operation.id() + " by " + Quote.of(caller.name()),
              "the operations access.yaml grants this caller",
              "use another client certificate, or ask the operator"));
    }
  }

  /** Puts a refusal on the record and returns it, to be thrown. */
  public RefusedException recorded(
      Caller caller, Operation operation, @Nullable KeyRecord key, RefusedException refusal) {
    ledger.refused(
        new RefusalEntry(clock.instant(), caller.name(), operation.id(), key, null, null, refusal));
    return refusal;
  }

  private static RefusedException unknown(KeyId id) {
    return new RefusedException(
        Refusal.KEY_UNKNOWN,
        "key id " + id,
        "a key made here for a repository this caller may use",
        "ask for the repository's keys, or create one");
  }

  private static RefusedException notAllowed(RepositoryName repository) {
    return new RefusedException(
        Refusal.REPOSITORY_NOT_ALLOWED,
        "repository " + Quote.of(repository.value()),
        "the repositories access.yaml grants this caller",
        "ask the operator");
  }
}
