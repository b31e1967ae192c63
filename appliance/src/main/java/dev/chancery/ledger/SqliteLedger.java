package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.policy.Admitted;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a single node in one SQLite file. A lock file beside it keeps a second process out;
 * a missing file is an error, for it is made once, by {@link #create}.
 */
public final class SqliteLedger implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLedger.class);
  private static final int QUEUE = 10_000;

  private final Path file;
  private final LedgerLock lock;
  private final SqliteWriter writer;
  private final GroupCommit<WriterJob> commits;

  private SqliteLedger(Path file, LedgerLock lock, SqliteWriter writer) {
    this.file = file;
    this.lock = lock;
    this.writer = writer;
    this.commits = new GroupCommit<>(QUEUE, WriterJob.STOP, writer::write);
  }

  /**
   * Makes a new, empty ledger.
   *
   * @param file must not exist
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   */
  public static void create(Path file, String ledgerId, Instant now) {
    if (Files.exists(file)) {
      throw new LedgerException(file + " exists already; a ledger is made only once");
    }
    try (Connection connection = Sqlite.openForWriting(file, true)) {
      Sqlite.createSchema(connection);
      try (SqliteStore store = new SqliteStore(connection)) {
        SqliteWriter.writeGenesis(store, ledgerId, now);
        store.commit();
      }
    } catch (SQLException e) {
      deleteHalfMade(file);
      throw new LedgerException(file + " cannot be made: " + e.getMessage(), e);
    }
  }

  // It did not exist before, and nothing was ever recorded in it.
  private static void deleteHalfMade(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LedgerException(file + " was left half made: delete it by hand", e);
    }
  }

  /**
   * Opens a ledger for reading and writing.
   *
   * @param clock dates the summaries of refusals
   * @throws LedgerException if it does not exist, another process has it, another version of this
   *     program made it, or it is damaged
   */
  public static SqliteLedger open(Path file, InstantSource clock) {
    if (!Files.isRegularFile(file)) {
      throw new LedgerException(
          file + " does not exist; it is made once, by 'chancery init'. Was it moved or lost?");
    }
    LedgerLock lock = LedgerLock.of(file);
    try {
      return new SqliteLedger(file, lock, openLocked(file, clock));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static SqliteWriter openLocked(Path file, InstantSource clock) {
    try {
      Connection connection = Sqlite.openForWriting(file, false);
      try {
        Sqlite.requireSchema(connection, file);
        LedgerHead head = SqliteReader.of(file).head();
        return new SqliteWriter(new SqliteStore(connection), head, clock);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new LedgerException(file + " cannot be opened: " + e.getMessage(), e);
    }
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
    return submit(writer -> writer.decide(proposal, policy, now));
  }

  @Override
  public CompletableFuture<Admitted> judge(Proposal proposal, SigningPolicy policy, Instant now) {
    return submit(writer -> writer.judge(proposal, policy, now));
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
  public CompletableFuture<KeyRecord> addKey(NewKey key) {
    return submit(writer -> writer.addKey(key));
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
  public CompletableFuture<Void> operatorAction(
      String actor, String action, String detail, Instant now) {
    return append("operator-action", now, RowFields.operatorAction(actor, action, detail));
  }

  @Override
  public List<KeyRecord> keys() {
    return SqliteReader.of(file).keys();
  }

  @Override
  public List<RepositorySettings> repositories() {
    return SqliteReader.of(file).repositories();
  }

  @Override
  public List<WatermarkView> watermarks() {
    return SqliteReader.of(file).watermarks();
  }

  @Override
  public LedgerHead head() {
    return SqliteReader.of(file).head();
  }

  @Override
  public Instant trustedTime() {
    return SqliteReader.of(file).trustedTime();
  }

  @Override
  public void rows(long fromSequence, RowReader reader) {
    SqliteReader.of(file).rows(fromSequence, reader);
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
    lock.close();
  }

  private CompletableFuture<Void> append(String kind, Instant now, Map<String, Object> fields) {
    return run(writer -> writer.append(kind, now, fields));
  }

  /** Work without an answer. */
  @FunctionalInterface
  private interface Writing {
    void write(SqliteWriter writer) throws SQLException;
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

  private static <T> CompletableFuture<T> submit(WriterTask.Work<T> work, Queue queue) {
    WriterTask<T> task = new WriterTask<>(work);
    try {
      queue.add(task);
    } catch (LedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return task.done();
  }
}
