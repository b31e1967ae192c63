package dev.chancery.door;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.Version;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.keys.DueDates;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.Keys;
import dev.chancery.keys.OldKey;
import dev.chancery.keys.Repositories;
import dev.chancery.keys.Repositories.Repository;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.RowFilter;
import dev.chancery.ledger.WatermarkView;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.Recovery;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.signing.Audit;
import dev.chancery.signing.BackupSealing;
import dev.chancery.signing.CheckpointRequests;
import dev.chancery.signing.ClockConfirmation;
import dev.chancery.signing.LedgerRebasing;
import dev.chancery.signing.Signing;
import dev.chancery.signing.SigningRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The doors' view of the running appliance. */
public record CoreBackend(
    Signing signing,
    Keys keys,
    Repositories repositories,
    DueDates due,
    Recovery recovery,
    LedgerRebasing rebasing,
    BackupSealing backups,
    CheckpointRequests checkpoints,
    LedgerPages pages,
    KeyAccess access,
    Ledger ledger,
    ClockConfirmation clock,
    Audit audit)
    implements Backend {
  @Override
  public CompletableFuture<SigningOutcome> sign(Caller caller, SigningRequest request) {
    return signing.sign(caller, request);
  }

  @Override
  public CompletableFuture<SigningOutcome> check(Caller caller, SigningRequest request) {
    return signing.check(caller, request);
  }

  @Override
  public CompletableFuture<KeyRecord> createKey(
      Caller caller, Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm) {
    return signing.whileBound(
        caller,
        Operation.CREATE_KEY,
        repository,
        () -> keys.create(caller, dialect, repository, role, algorithm));
  }

  @Override
  public KeyRecord key(Caller caller, KeyId id) {
    return keys.get(caller, id);
  }

  @Override
  public List<KeyRecord> keys(
      Caller caller, @Nullable RepositoryName repository, @Nullable Role role) {
    return keys.list(caller, repository, role);
  }

  @Override
  public CompletableFuture<KeyRecord> freeze(Caller caller, KeyId id, String reason) {
    return keys.freeze(caller, id, reason);
  }

  @Override
  public CompletableFuture<Instant> confirmClock(Caller caller) {
    return clock.confirm(caller);
  }

  @Override
  public List<Repository> repositories(Caller caller, @Nullable RepositoryName repository) {
    return repositories.list(caller, repository);
  }

  @Override
  public CompletableFuture<KeyRecord> adopt(Caller caller, OldKey key) {
    return keys.adopt(caller, key);
  }

  @Override
  public CompletableFuture<Repository> registerStart(
      Caller caller,
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason) {
    return repositories.registerStart(caller, repository, timestamp, snapshot, reason);
  }

  @Override
  public CompletableFuture<Repository> retire(
      Caller caller, RepositoryName repository, String reason) {
    return repositories.retire(caller, repository, reason);
  }

  @Override
  public CompletableFuture<Repository> setCustody(
      Caller caller, RepositoryName repository, Custody custody, String reason) {
    return repositories.setCustody(caller, repository, custody, reason);
  }

  @Override
  public CompletableFuture<Repository> addRoot(
      Caller caller, RepositoryName repository, byte[] file, String reason) {
    return repositories.addRoot(caller, repository, file, reason);
  }

  @Override
  public List<DueDates.Due> due(Caller caller, @Nullable RepositoryName repository) {
    return due.list(caller, repository);
  }

  @Override
  public String ledgerId() {
    return ledger.head().ledgerId();
  }

  @Override
  public List<WatermarkView> watermarks(Caller caller, @Nullable RepositoryName repository) {
    if (repository == null) {
      access.requireRole(caller, Operation.READ_WATERMARKS);
    } else {
      access.require(caller, Operation.READ_WATERMARKS, repository);
    }
    return ledger.watermarks().stream()
        .filter(mark -> repository == null || repository.equals(mark.key().repository()))
        .filter(mark -> caller.may(Operation.READ_WATERMARKS, mark.key().repository()))
        .toList();
  }

  @Override
  public CompletableFuture<Integer> rebaseLedger(Caller caller, String reason) {
    return rebasing.rebase(caller, reason);
  }

  @Override
  public CompletableFuture<SignedNote> sealBackup(
      Caller caller, long rows, Sha256 head, Sha256 content) {
    return backups.seal(caller, rows, head, content);
  }

  @Override
  public CompletableFuture<BulkOutcome> rebase(
      Caller caller, RebaseList list, Sha256 digest, String reason) {
    return recovery.rebase(caller, list, digest, reason);
  }

  @Override
  public CompletableFuture<SignedCheckpoint> makeCheckpoint(Caller caller) {
    return checkpoints.make(caller);
  }

  @Override
  public SignedCheckpoint newestCheckpoint(Caller caller) {
    return checkpoints.newest(caller);
  }

  @Override
  public LedgerPages.Page rows(Caller caller, RowFilter filter, long before, int limit) {
    return pages.page(caller, filter, before, limit);
  }

  @Override
  public CompletableFuture<BulkOutcome> importWatermarks(
      Caller caller, WatermarkFile file, String reason, boolean judgeOnly) {
    return recovery.importWatermarks(caller, file, reason, judgeOnly);
  }

  @Override
  public void refused(String callerName, String operation, RefusedException refusal) {
    audit.refused(callerName, operation, refusal);
  }
}
