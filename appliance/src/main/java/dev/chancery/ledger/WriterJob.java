package dev.chancery.ledger;

import java.sql.SQLException;

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

  /** Writes it; what it throws fails the whole batch. */
  void write(LedgerWriter writer) throws SQLException;

  /** The batch is durable. */
  void committed();

  /** Nothing of the batch was written. */
  void failed(LedgerException failure);
}
