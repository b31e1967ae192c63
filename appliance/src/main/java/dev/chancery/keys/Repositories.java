package dev.chancery.keys;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.ledger.Ledger;
import dev.chancery.metadata.TufRoot;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What an operator says of whole repositories; all of it stands on the record. */
public final class Repositories {
  private static final int MAX_REASON = 200;

  private final Ledger ledger;
  private final KeyRegistry registry;
  private final KeyAccess access;
  private final InstantSource clock;
  private final TufRoots roots;

  /**
   * A repository as the record has it now.
   *
   * @param keys in the order they came on the record
   * @param root of TUF 1.0, the newest that was registered; null where none was
   */
  public record Repository(
      RepositorySettings settings, List<KeyRecord> keys, @Nullable TufRoot root) {
    public Repository {
      keys = List.copyOf(keys);
    }
  }

  public Repositories(Ledger ledger, KeyRegistry registry, KeyAccess access, InstantSource clock) {
    this.ledger = ledger;
    this.registry = registry;
    this.access = access;
    this.clock = clock;
    this.roots = new TufRoots(ledger);
  }

  /**
   * The repositories this caller may list, by name.
   *
   * @param repository the only one asked for, or null
   * @throws RefusedException ROLE_NOT_ALLOWED; REPOSITORY_NOT_ALLOWED if {@code repository} is
   *     given
   */
  public List<Repository> list(Caller caller, @Nullable RepositoryName repository) {
    access.requireRole(caller, Operation.READ_REPOSITORIES);
    if (repository != null) {
      access.require(caller, Operation.READ_REPOSITORIES, repository);
    }
    return ledger.repositories().stream()
        .filter(each -> repository == null || each.name().equals(repository))
        .filter(each -> caller.may(Operation.READ_REPOSITORIES, each.name()))
        .map(this::repository)
        .toList();
  }

  /**
   * Retires every key that the repository has now, for ever: for one that was deleted on the trust
   * server. Keys made later are not concerned, so the name may begin anew.
   *
   * @return the repository from then on; fails with {@code RefusedException} ROLE_NOT_ALLOWED,
   *     REPOSITORY_NOT_ALLOWED or, where there is no key, KEY_UNKNOWN; with {@code LedgerException}
   */
  public CompletableFuture<Repository> retire(
      Caller caller, RepositoryName repository, String reason) {
    try {
      requireKnown(caller, Operation.RETIRE_REPOSITORY, repository);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return ledger
        .retire(repository, caller.name(), Quote.ascii(reason, MAX_REASON), clock.instant())
        .thenApply(
            retired -> {
              retired.forEach(registry::update);
              return current(repository);
            });
  }

  /**
   * Says who signs the repository's snapshots. With {@code publisher}, its timestamps may name
   * snapshots that were not signed here.
   *
   * @return as {@link #retire}
   */
  public CompletableFuture<Repository> setCustody(
      Caller caller, RepositoryName repository, Custody custody, String reason) {
    try {
      requireKnown(caller, Operation.SET_CUSTODY, repository);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return ledger
        .changeRepository(
            repository,
            now ->
                new RepositorySettings(
                    now.name(), custody, now.timestampStart(), now.snapshotStart()),
            caller.name(),
            Quote.ascii(reason, MAX_REASON),
            clock.instant())
        .thenApply(this::repository);
  }

  /**
   * Registers the versions that a repository had before it was signed here, from where a new key
   * may start (RULES F-3). The repository need not have a key yet.
   *
   * @param timestamp version of its timestamp, or null to leave what is registered
   * @param snapshot version of its snapshot, or null to leave what is registered
   * @return as {@link #retire}, but never KEY_UNKNOWN
   */
  public CompletableFuture<Repository> registerStart(
      Caller caller,
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason) {
    try {
      access.require(caller, Operation.ADOPT_KEY, repository);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return ledger
        .changeRepository(
            repository,
            now ->
                new RepositorySettings(
                    now.name(),
                    now.custody(),
                    timestamp == null ? now.timestampStart() : timestamp,
                    snapshot == null ? now.snapshotStart() : snapshot),
            caller.name(),
            Quote.ascii(reason, MAX_REASON),
            clock.instant())
        .thenApply(this::repository);
  }

  /**
   * Registers the root of a TUF 1.0 repository: the first one by the caller's word, each later one
   * after its signatures were verified by the one before (TUF specification 5.3). From then on
   * nothing is signed for a key that it does not list.
   *
   * @param file the root file
   * @return as {@link #retire}, but never KEY_UNKNOWN; also REQUEST_INVALID for a repository of
   *     another dialect, and what {@code TufRoot} refuses
   */
  public CompletableFuture<Repository> addRoot(
      Caller caller, RepositoryName repository, byte[] file, String reason) {
    try {
      access.require(caller, Operation.ADD_ROOT, repository);
      requireTuf(caller, repository);
      return verified(caller, repository, file, reason)
          .exceptionallyCompose(failure -> recorded(caller, failure));
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Repository> verified(
      Caller caller, RepositoryName repository, byte[] file, String reason) {
    try {
      TufRoot newest = roots.newest(repository).orElse(null);
      if (newest != null && newest.digest().equals(Sha256.of(file))) {
        return CompletableFuture.completedFuture(current(repository));
      }
      TufRoot root = newest == null ? TufRoot.trusted(file) : newest.next(file);
      return ledger
          .addRoot(
              repository,
              TufRoots.listed(root, keys(repository)),
              file,
              newest == null ? null : newest.digest(),
              caller.name(),
              Quote.ascii(reason, MAX_REASON),
              clock.instant())
          .thenApply(added -> current(repository));
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireTuf(Caller caller, RepositoryName repository) {
    if (keys(repository).stream().anyMatch(key -> key.dialect() != Dialect.TUF)) {
      throw access.recorded(
          caller,
          Operation.ADD_ROOT,
          null,
          new RefusedException(
              Refusal.REQUEST_INVALID,
              "a root of TUF 1.0 for repository "
                  + Quote.of(repository.value())
                  + ", which speaks another dialect",
              "a repository of TUF 1.0",
              "look for its name in 'chancery repository list'"));
    }
  }

  private CompletableFuture<Repository> recorded(Caller caller, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    return CompletableFuture.failedFuture(
        cause instanceof RefusedException refusal
            ? access.recorded(caller, Operation.ADD_ROOT, null, refusal)
            : cause);
  }

  // A misspelt name must not end as a setting of a repository that does not exist.
  private void requireKnown(Caller caller, Operation operation, RepositoryName repository) {
    access.require(caller, operation, repository);
    if (!registry.knows(repository)) {
      throw access.recorded(
          caller,
          operation,
          null,
          new RefusedException(
              Refusal.KEY_UNKNOWN,
              "no key of repository " + Quote.of(repository.value()),
              "a repository with a key",
              "look for its name in 'chancery repository list'"));
    }
  }

  private Repository current(RepositoryName repository) {
    RepositorySettings settings =
        ledger.repositories().stream()
            .filter(each -> each.name().equals(repository))
            .findFirst()
            .orElseGet(() -> RepositorySettings.usual(repository));
    return repository(settings);
  }

  private Repository repository(RepositorySettings settings) {
    return new Repository(
        settings, keys(settings.name()), roots.newest(settings.name()).orElse(null));
  }

  private List<KeyRecord> keys(RepositoryName repository) {
    return registry.of(repository).stream().map(BoundKey::record).toList();
  }
}
