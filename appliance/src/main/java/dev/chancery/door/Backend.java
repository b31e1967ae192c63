package dev.chancery.door;

import dev.chancery.access.Caller;
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
import dev.chancery.keys.OldKey;
import dev.chancery.keys.Repositories.Repository;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.RowFilter;
import dev.chancery.ledger.WatermarkView;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.signing.SigningRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a door asks of the house behind it. Everything that names a caller authorises him itself and
 * puts its own refusals on the record; it says no with {@link RefusedException}, thrown or in the
 * future, and fails with {@code TokenException} or {@code LedgerException}. Nothing here waits for
 * the token or the disk in the calling thread, except reads of the ledger. Safe for many threads.
 */
public interface Backend {
  /** The path of one signature. */
  CompletableFuture<SigningOutcome> sign(Caller caller, SigningRequest request);

  /** The same path as far as the verdict; nothing is recorded or signed. */
  CompletableFuture<SigningOutcome> check(Caller caller, SigningRequest request);

  /** Makes a key, or gives again the one that was made and never used. */
  CompletableFuture<KeyRecord> createKey(
      Caller caller, Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm);

  /** The key, if the caller may know it. */
  KeyRecord key(Caller caller, KeyId id);

  /** All keys the caller may know, of one repository or role where these are given. */
  List<KeyRecord> keys(Caller caller, @Nullable RepositoryName repository, @Nullable Role role);

  /** Takes a key out of use. */
  CompletableFuture<KeyRecord> freeze(Caller caller, KeyId id, String reason);

  /** The operator's word that the clock is right; the time that was confirmed. */
  CompletableFuture<Instant> confirmClock(Caller caller);

  /** The repositories the caller may list, by name; the one named where it is given. */
  List<Repository> repositories(Caller caller, @Nullable RepositoryName repository);

  /** Puts a key of an old signer on the record as foreign. */
  CompletableFuture<KeyRecord> adopt(Caller caller, OldKey key);

  /**
   * Registers the versions a repository had before it was signed here; null leaves one as it is.
   */
  CompletableFuture<Repository> registerStart(
      Caller caller,
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason);

  /** Retires all keys the repository has now, for ever. */
  CompletableFuture<Repository> retire(Caller caller, RepositoryName repository, String reason);

  /** Says who signs the repository's snapshots. */
  CompletableFuture<Repository> setCustody(
      Caller caller, RepositoryName repository, Custody custody, String reason);

  /** Registers the root of a TUF 1.0 repository, or the next one. */
  CompletableFuture<Repository> addRoot(
      Caller caller, RepositoryName repository, byte[] file, String reason);

  /** When the roles of registered TUF 1.0 repositories expire, of one where it is given. */
  List<DueDates.Due> due(Caller caller, @Nullable RepositoryName repository);

  /** What the ledger is called, for ever. */
  String ledgerId();

  /** The watermarks the caller may see, of one repository where it is given. */
  List<WatermarkView> watermarks(Caller caller, @Nullable RepositoryName repository);

  /** Sets keys to documents, all or none. */
  CompletableFuture<BulkOutcome> rebase(
      Caller caller, RebaseList list, Sha256 digest, String reason);

  /** Lets a ledger go on that the token's checkpoint does not fit; how many keys are RESUMED. */
  CompletableFuture<Integer> rebaseLedger(Caller caller, String reason);

  /**
   * Has the audit key say that a backup is a copy of the ledger.
   *
   * @param rows how many rows it has
   * @param head the hash of the last of them
   * @param content SHA-256 of its content
   */
  CompletableFuture<SignedNote> sealBackup(Caller caller, long rows, Sha256 head, Sha256 content);

  /** A checkpoint of the ledger as it is now. */
  CompletableFuture<SignedCheckpoint> makeCheckpoint(Caller caller);

  /** The newest checkpoint on the record. */
  SignedCheckpoint newestCheckpoint(Caller caller);

  /** The newest rows before {@code before} that are wanted and the caller may see. */
  LedgerPages.Page rows(Caller caller, RowFilter filter, long before, int limit);

  /** Raises watermarks to those of another signer, all or none; or says what would become of it. */
  CompletableFuture<BulkOutcome> importWatermarks(
      Caller caller, WatermarkFile file, String reason, boolean judgeOnly);

  /** Puts on the record what the door itself refused, before anything else saw the request. */
  void refused(String callerName, String operation, RefusedException refusal);
}
