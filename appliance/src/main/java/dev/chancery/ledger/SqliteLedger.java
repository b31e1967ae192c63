package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a single node in one SQLite file. A lock file beside it keeps a second process out;
 * a missing file is an error, for it is made once, by {@link #create}.
 */
public final class SqliteLedger implements Ledger {
  private static final int QUEUE = 10_000;

  private final Path file;
  private final LedgerLock lock;
  private final SqliteWriter writer;
  private final GroupCommit<SqliteWriter.Job> commits;

  private SqliteLedger(Path file, LedgerLock lock, SqliteWriter writer) {
    this.file = file;
    this.lock = lock;
    this.writer = writer;
    this.commits = new GroupCommit<>(QUEUE, SqliteWriter.STOP, writer::write);
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

  @Override
  public CompletableFuture<Recorded> record(Proposal proposal, SigningPolicy policy, Instant now) {
    return submit(new SqliteWriter.Decide(proposal, policy, now));
  }

  @Override
  public CompletableFuture<Admitted> judge(Proposal proposal, SigningPolicy policy, Instant now) {
    return submit(new SqliteWriter.Judge(proposal, policy, now));
  }

  @Override
  public CompletableFuture<Void> issued(
      Recorded recorded, RawSignature signature, @Nullable MetaFile served, Instant now) {
    SqliteWriter.Issued task = new SqliteWriter.Issued(recorded, signature, served, now);
    // A snapshot's row is waited for, because the next timestamp names it.
    return served == null ? submit(task, commits::submitLater) : submit(task);
  }

  @Override
  public CompletableFuture<Void> attemptFailed(Recorded recorded, String failure, Instant now) {
    return append("attempt-failed", now, RowFields.attemptFailed(recorded, failure));
  }

  @Override
  public void refused(RefusalEntry entry) {
    try {
      commits.submit(new SqliteWriter.Refused(entry));
    } catch (LedgerException e) {
      // The answer is a refusal either way; that it is not on the record must be seen.
      org.slf4j.LoggerFactory.getLogger(SqliteLedger.class)
          .error("refusal {} not recorded: {}", entry.refusal().reason(), e.getMessage());
    }
  }

  @Override
  public CompletableFuture<KeyRecord> addKey(NewKey key) {
    return submit(new SqliteWriter.AddKey(key));
  }

  @Override
  public CompletableFuture<KeyRecord> setStatus(
      KeyRecord key, KeyStatus status, String actor, String reason, Instant now) {
    return submit(new SqliteWriter.SetStatus(key.withStatus(status), actor, reason, now));
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
    return submit(new SqliteWriter.Touch(now));
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
    return submit(new SqliteWriter.Append(kind, now, fields));
  }

  private <T> CompletableFuture<T> submit(SqliteWriter.Task<T> task) {
    return submit(task, commits::submit);
  }

  private static <T> CompletableFuture<T> submit(
      SqliteWriter.Task<T> task, Consumer<SqliteWriter.Job> queue) {
    try {
      queue.accept(task);
    } catch (LedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return task.done();
  }

  /** Thrown inside a transaction when a decision is a refusal: the row stays, the answer is no. */
  static RefusalEntry refusalOf(Proposal proposal, RefusedException refusal, Instant now) {
    return new RefusalEntry(
        now,
        proposal.caller(),
        "sign-" + proposal.key().role().id(),
        proposal.key(),
        proposal.metadata().version(),
        proposal.metadata().canonical().sha256(),
        refusal);
  }
}
