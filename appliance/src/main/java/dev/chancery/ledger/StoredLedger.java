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
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ledger in a database: one writer thread judges and writes, whoever reads reads beside it. */
public abstract class StoredLedger implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(StoredLedger.class);
  private static final int QUEUE = 10_000;

  private final LedgerReader reader;
  private final LedgerWriter writer;
  private final GroupCommit<WriterJob> commits;

  StoredLedger(LedgerReader reader, LedgerWriter writer) {
    this.reader = reader;
    this.writer = writer;
    this.commits = new GroupCommit<>(QUEUE, WriterJob.STOP, writer::write);
  }

  /**
   * Commits less often while {@code signersBusy}: an admission that would wait for the token next
   * may as well share a commit with later ones.
   */
  public void holdWhile(BooleanSupplier signersBusy) {
    commits.holdWhile(signersBusy);
  }

  @Override
  public CompletableFuture<Recorded> record(Proposal proposal, SigningPolicy policy, Instant now) {
    return submit(writer -> writer.decide(proposal, policy, now), proposal);
  }

  @Override
  public CompletableFuture<Admitted> judge(Proposal proposal, SigningPolicy policy, Instant now) {
    return submit(writer -> writer.judge(proposal, policy, now), proposal);
  }

  @Override
  public CompletableFuture<Void> issued(
      Recorded recorded, RawSignature signature, @Nullable MetaFile served, Instant now) {
    Writing row = writer -> writer.issued(recorded, signature, served, now);
    // A snapshot's row is waited for, because the next timestamp names it.
    return run(row, served == null ? commits::submitLater : commits::submit);
  }

  @Override
  public CompletableFuture<Void> attemptFailed(Recorded recorded, String failure, Instant now) {
    return append("attempt-failed", now, RowFields.attemptFailed(recorded, failure));
  }

  @Override
  public void refused(RefusalEntry entry) {
    CompletableFuture<Void> done = run(writer -> writer.writeRefusal(entry));
    // The answer is a refusal either way; that it is not on the record must be seen.
    var _ =
        done.whenComplete(
            (written, failure) -> {
              if (failure != null) {
                LOG.error(
                    "refusal {} not recorded: {}", entry.refusal().reason(), failure.getMessage());
              }
            });
  }

  @Override
  public CompletableFuture<KeyRecord> addKey(NewKey key, Supplier<Optional<KeyRecord>> instead) {
    return submit(
        writer -> {
          Optional<KeyRecord> there = instead.get();
          return there.isPresent() ? there.get() : writer.addKey(key);
        });
  }

  @Override
  public void listen(ElsewhereListener listener) {
    writer.listen(listener);
  }

  @Override
  public CompletableFuture<Void> catchUp() {
    return CompletableFuture.completedFuture(null);
  }

  /** A batch, perhaps of nothing, has been begun. */
  final CompletableFuture<Void> batch() {
    return run(writer -> {});
  }

  @Override
  public CompletableFuture<KeyRecord> setStatus(
      KeyRecord key, KeyStatus status, String actor, String reason, Instant now) {
    return submit(writer -> writer.setStatus(key, status, actor, reason, now));
  }

  @Override
  public CompletableFuture<List<KeyRecord>> retire(
      RepositoryName repository, String actor, String reason, Instant now) {
    return submit(writer -> writer.retire(repository, actor, reason, now));
  }

  @Override
  public CompletableFuture<RepositorySettings> changeRepository(
      RepositoryName repository,
      UnaryOperator<RepositorySettings> change,
      String actor,
      String reason,
      Instant now) {
    return submit(writer -> writer.changeRepository(repository, change, actor, reason, now));
  }

  @Override
  public CompletableFuture<BulkOutcome> rebase(Rebase order, Instant now) {
    return submit(writer -> writer.restatement().rebase(order, now));
  }

  @Override
  public CompletableFuture<BulkOutcome> importWatermarks(WatermarkImport order, Instant now) {
    return submit(writer -> writer.restatement().importWatermarks(order, now));
  }

  @Override
  public CompletableFuture<Integer> rebaseLedger(LedgerRebase order, Instant now) {
    return submit(writer -> writer.restatement().rebaseLedger(order, now));
  }

  /** Records a segment, which is on the disk and was verified. */
  CompletableFuture<Void> archive(Segment segment, String caller, Instant now) {
    return run(writer -> writer.archive().archive(segment, caller, now));
  }

  /** Deletes archived rows {@code from} to {@code end} − 1, but those in {@code kept}. */
  CompletableFuture<Void> sweep(long from, long end, SortedSet<Long> kept) {
    return run(writer -> writer.archive().sweep(from, end, kept));
  }

  @Override
  public CompletableFuture<Void> operatorAction(
      String actor, String action, String detail, Instant now) {
    return append("operator-action", now, RowFields.operatorAction(actor, action, detail));
  }

  @Override
  public CompletableFuture<Void> addAuditKey(AuditKey key, String actor) {
    return run(writer -> writer.addAuditKey(key, actor));
  }

  @Override
  public List<AuditKey> auditKeys() {
    return reader.auditKeys();
  }

  @Override
  public CompletableFuture<Void> checkpoint(
      Checkpoint checkpoint, AuditKey key, RawSignature signature, String reason) {
    return run(writer -> writer.checkpoint(checkpoint, key, signature, reason));
  }

  @Override
  public <T> T anchor(Function<AnchorState, T> user) {
    return reader.anchor(user);
  }

  @Override
  public Optional<SignedCheckpoint> newestCheckpoint() {
    return reader.newestCheckpoint();
  }

  @Override
  public Optional<Sha256> rowHash(long sequence) {
    return reader.rowHash(sequence);
  }

  @Override
  public List<KeyRecord> keys() {
    return reader.keys();
  }

  @Override
  public List<RepositorySettings> repositories() {
    return reader.repositories();
  }

  @Override
  public List<WatermarkView> watermarks() {
    return reader.watermarks();
  }

  @Override
  public LedgerHead head() {
    return reader.head();
  }

  @Override
  public TreeHead treeHead() {
    return reader.treeHead();
  }

  @Override
  public Instant trustedTime() {
    return reader.trustedTime();
  }

  @Override
  public void rows(long fromSequence, RowReader user) {
    reader.rows(fromSequence, user);
  }

  @Override
  public void rowsBefore(long beforeSequence, RowSearch search) {
    reader.rowsBefore(beforeSequence, search);
  }

  @Override
  public CompletableFuture<Void> probe(Instant now) {
    return run(writer -> writer.touch(now));
  }

  @Override
  public Optional<String> failure() {
    return writer.failure();
  }

  @Override
  public void close() {
    commits.close();
    writer.close();
  }

  private CompletableFuture<Void> append(String kind, Instant now, Map<String, Object> fields) {
    return run(writer -> writer.append(kind, now, fields));
  }

  /** Work without an answer. */
  @FunctionalInterface
  private interface Writing {
    void write(LedgerWriter writer) throws SQLException;
  }

  private CompletableFuture<Void> run(Writing writing) {
    return run(writing, commits::submit);
  }

  private static CompletableFuture<Void> run(Writing writing, Queue queue) {
    return submit(
            writer -> {
              writing.write(writer);
              return Boolean.TRUE;
            },
            queue)
        .thenAccept(written -> {});
  }

  /** How a job gets to the writer. */
  @FunctionalInterface
  private interface Queue {
    void add(WriterTask<?> task);
  }

  private <T> CompletableFuture<T> submit(WriterTask.Work<T> work) {
    return submit(work, commits::submit);
  }

  private <T> CompletableFuture<T> submit(WriterTask.Work<T> work, Proposal proposal) {
    return submit(new WriterTask<>(work, proposal), commits::submit);
  }

  private static <T> CompletableFuture<T> submit(WriterTask.Work<T> work, Queue queue) {
    return submit(new WriterTask<>(work), queue);
  }

  private static <T> CompletableFuture<T> submit(WriterTask<T> task, Queue queue) {
    try {
      queue.add(task);
    } catch (LedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return task.done();
  }
}
