package dev.chancery.ledger;

import java.sql.SQLException;

/** Where a ledger is; {@code toString} names it in messages. */
interface LedgerSource {
  /** Opens a store that only reads; whoever asks closes it. */
  LedgerStore openForReading() throws SQLException;

  /**
   * Makes sure this program understands the tables.
   *
   * @throws LedgerException if another version of the program made them
   */
  void requireSchema(LedgerStore store) throws SQLException;

  /** The query that says what all of it takes, in bytes. */
  String sizeQuery();
}
