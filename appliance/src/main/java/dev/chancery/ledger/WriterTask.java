package dev.chancery.ledger;

import dev.chancery.api.RefusedException;
import dev.chancery.policy.Proposal;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A job with an answer, which is given once its batch is durable. */
final class WriterTask<T> implements WriterJob {
  /** What a task does with the open transaction. */
  @FunctionalInterface
  interface Work<T> {
    /**
     * Writes.
     *
     * @throws RefusedException as the answer; what was written stays
     * @throws SQLException if it cannot be written; the whole batch fails
     */
    T write(LedgerWriter writer) throws SQLException;
  }

  private final Work<T> work;
  private final @Nullable Proposal proposal;
  private final CompletableFuture<T> done = new CompletableFuture<>();
  private @Nullable T answer;
  private @Nullable RefusedException refusal;

  WriterTask(Work<T> work) {
    this(work, null);
  }

  /**
   * @param proposal what the work will judge
   */
  WriterTask(Work<T> work, @Nullable Proposal proposal) {
    this.work = work;
    this.proposal = proposal;
  }

  CompletableFuture<T> done() {
    return done;
  }

  @Override
  public @Nullable Proposal proposal() {
    return proposal;
  }

  @Override
  public void write(LedgerWriter writer) throws SQLException {
    // An earlier attempt may have been rolled back; what it came to was never told.
    answer = null;
    refusal = null;
    try {
      answer = work.write(writer);
    } catch (RefusedException e) {
      refusal = e;
    }
  }

  @Override
  public void committed() {
    if (refusal != null) {
      done.completeExceptionally(refusal);
    } else {
      done.complete(answer);
    }
  }

  @Override
  public void failed(LedgerException failure) {
    done.completeExceptionally(failure);
  }
}
