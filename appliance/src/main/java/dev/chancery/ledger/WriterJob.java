package dev.chancery.ledger;

import dev.chancery.policy.Proposal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Something to write in a batch with others. */
interface WriterJob {
  /** Ends the writer; never written. */
  WriterJob STOP =
      new WriterJob() {
        @Override
        public void write(LedgerWriter writer) {
          throw new IllegalStateException("not a job");
        }

        @Override
        public void committed() {}

        @Override
        public void failed(LedgerException failure) {}
      };

  /** What it will judge, if it is known before. */
  default @Nullable Proposal proposal() {
    return null;
  }

  /** Writes it, perhaps a second time after a rollback; what it throws fails the whole batch. */
  void write(LedgerWriter writer) throws SQLException;

  /** The batch is durable. */
  void committed();

  /** Nothing of the batch was written. */
  void failed(LedgerException failure);
}
