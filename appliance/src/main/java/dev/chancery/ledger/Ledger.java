package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.policy.Admitted;
import dev.chancery.policy.ListedKeys;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The append-only, hash-chained record (docs/ledger-format.md) and the state derived from it. A
 * future completes when its row is durable; it fails with {@link LedgerException} when the ledger
 * cannot be written, and then nothing of the call stands in it. Safe for many threads.
 */
public interface Ledger extends AutoCloseable {
  /** The {@link #operatorAction} of an operator who vouches for the clock. */
  String CLOCK_CONFIRMED = "clock-confirmed";

  /**
   * Judges {@code proposal} against the state as of its own row and makes the decision durable.
   *
   * @return fails with {@code RefusedException} if the policy says no; that is on the record too
   */
  CompletableFuture<Recorded> record(Proposal proposal, SigningPolicy policy, Instant now);

  /** Judges as {@link #record} does; changes and records nothing. */
  CompletableFuture<Admitted> judge(Proposal proposal, SigningPolicy policy, Instant now);

  /**
   * Records that {@code signature} was made and verified.
   *
   * @param served for a snapshot, hashes and length of the file the trust server will serve
   */
  CompletableFuture<Void> issued(
      Recorded recorded, RawSignature signature, @Nullable MetaFile served, Instant now);

  /** Records that the token gave no good signature. */
  CompletableFuture<Void> attemptFailed(Recorded recorded, String failure, Instant now);

  /** Records a refusal made before the policy was asked; rate-limited per caller and summarised. */
  void refused(RefusalEntry entry);

  /**
   * Puts a new key on the record: one that the token made or took in, or one that an old signer
   * holds.
   */
  default CompletableFuture<KeyRecord> addKey(NewKey key) {
    return addKey(key, Optional::empty);
  }

  /**
   * As {@link #addKey(NewKey)}, unless {@code instead} gives a key: then that is the answer, and
   * nothing is written. It is asked once the listener was told of everything that other nodes wrote
   * before, and nobody can write in between.
   */
  CompletableFuture<KeyRecord> addKey(NewKey key, Supplier<Optional<KeyRecord>> instead);

  /**
   * Tells {@code listener} from now on what other nodes do to keys; as it is when this node writes
   * or {@link #catchUp catches up}.
   */
  void listen(ElsewhereListener listener);

  /** Done when the listener was told of everything that other nodes wrote until now. */
  CompletableFuture<Void> catchUp();

  /**
   * Takes a key out of use, or back into it. A retired key stays retired: the answer says so, and
   * nothing is written.
   */
  CompletableFuture<KeyRecord> setStatus(
      KeyRecord key, KeyStatus status, String actor, String reason, Instant now);

  /**
   * Retires all keys that {@code repository} has now, for ever (RULES V-3). Keys made later are not
   * concerned.
   *
   * @return those of its keys that were not retired before, as they are now
   */
  CompletableFuture<List<KeyRecord>> retire(
      RepositoryName repository, String actor, String reason, Instant now);

  /**
   * Changes what the rules know of a repository beside what was signed for it; the repository need
   * not have a key yet.
   *
   * @param change makes the new settings, of the same repository, from those of the row before
   * @return the settings from now on; where they are the same as before, nothing is written
   */
  CompletableFuture<RepositorySettings> changeRepository(
      RepositoryName repository,
      UnaryOperator<RepositorySettings> change,
      String actor,
      String reason,
      Instant now);

  /**
   * Puts a root of a TUF 1.0 repository on the record, whose chain was verified.
   *
   * @param after digest of the newest root until now, with which it was verified; null for none
   * @return the root from now on; fails with {@code RefusedException} WATERMARK_MOVED if another is
   *     the newest by now
   */
  CompletableFuture<RegisteredRoot> addRoot(
      RepositoryName repository,
      ListedKeys keys,
      byte[] file,
      @Nullable Sha256 after,
      String actor,
      String reason,
      Instant now);

  /** The newest root of each repository that has one, by name. */
  List<RegisteredRoot> roots();

  /** The newest root of one repository, if it has one. */
  Optional<RegisteredRoot> root(RepositoryName repository);

  /** Records an operator's word, such as {@code clock-confirmed}. */
  CompletableFuture<Void> operatorAction(String actor, String action, String detail, Instant now);

  /**
   * Sets keys to documents by the word of who approved it: all of them, or none (DESIGN section 5).
   * A watermark may be raised or lowered; what was known of the key before is forgotten, and it
   * goes on as RESUMED.
   *
   * @return refused are keys whose watermark is not the one the list was made for (WATERMARK_MOVED)
   *     and retired ones (REPOSITORY_RETIRED)
   */
  CompletableFuture<BulkOutcome> rebase(Rebase order, Instant now);

  /**
   * Takes over watermarks of another signer, upwards: all of them, or none.
   *
   * @return refused are those that would be lowered (VERSION_ROLLBACK), raised too far without a
   *     document (VERSION_JUMP, FIRST_VERSION_TOO_HIGH), and retired keys (REPOSITORY_RETIRED)
   */
  CompletableFuture<BulkOutcome> importWatermarks(WatermarkImport order, Instant now);

  /**
   * Lets a ledger that lost rows go on: every key that has signed is RESUMED.
   *
   * @return how many these are
   */
  CompletableFuture<Integer> rebaseLedger(LedgerRebase order, Instant now);

  /** Puts a key that signs checkpoints on the record; it is the one in use from then on. */
  CompletableFuture<Void> addAuditKey(AuditKey key, String actor);

  /** The keys that sign or signed checkpoints; the one in use is the last. */
  List<AuditKey> auditKeys();

  /**
   * Records that a checkpoint was signed, at its time.
   *
   * @param reason {@code start}, {@code interval}, {@code request} or {@code shutdown}
   */
  CompletableFuture<Void> checkpoint(
      Checkpoint checkpoint, AuditKey key, RawSignature signature, String reason);

  /** Gives {@code user} what a checkpoint is held against, as of one moment. */
  <T> T anchor(Function<AnchorState, T> user);

  /** The newest checkpoint in the rows, if there is one. */
  Optional<SignedCheckpoint> newestCheckpoint();

  /** The hash of a row, if it is there. */
  Optional<Sha256> rowHash(long sequence);

  /** All keys on the record, in the order they were made. */
  List<KeyRecord> keys();

  /** All repositories on the record, by name. */
  List<RepositorySettings> repositories();

  /** The watermark of every key that has one. */
  List<WatermarkView> watermarks();

  /** When the newest metadata of every TUF 1.0 key that has signed expires. */
  List<ExpiryView> expiries();

  /** The newest durable row. */
  LedgerHead head();

  /** What a checkpoint of the durable rows states: their number, root and last hash. */
  TreeHead treeHead();

  /**
   * When the clock was last known to be right: the time of the newest row that is an admission, an
   * operator's {@code clock-confirmed}, or the first. A refusal is no witness: it is dated by the
   * very clock that may be wrong, and would make it trusted after a restart (RULES F-7).
   */
  Instant trustedTime();

  /**
   * Passes the exact bytes of each row from {@code fromSequence} on, in order, to {@code reader}.
   */
  void rows(long fromSequence, RowReader reader);

  /**
   * Passes the exact bytes of each row before {@code beforeSequence}, the newest first, to {@code
   * search} until it has seen enough.
   */
  void rowsBefore(long beforeSequence, RowSearch search);

  /**
   * Writes something that means nothing, so that {@link #failure} tells the truth where no request
   * comes because of it.
   */
  CompletableFuture<Void> probe(Instant now);

  /** Why nothing can be written now, or empty if the last write went well. */
  Optional<String> failure();

  /** Makes what is queued durable and closes. */
  @Override
  void close();

  /** Takes one row; false ends the reading. */
  @FunctionalInterface
  interface RowSearch {
    boolean goesOn(long sequence, byte[] body);
  }

  /** Takes one row. */
  @FunctionalInterface
  interface RowReader {
    void row(long sequence, byte[] body);
  }
}
