package dev.chancery.cli.init;

import dev.chancery.config.LedgerConfig;
import java.time.Instant;

/** Makes an empty ledger; a seam, so that the rest of {@code init} is tested without one. */
@FunctionalInterface
public interface LedgerMaker {
  /**
   * Makes the ledger {@code place}: a file that does not exist yet, in a directory that does, or in
   * a database that has none.
   *
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   * @throws dev.chancery.ledger.LedgerException if it cannot be made
   */
  void make(LedgerConfig place, String ledgerId, Instant now);
}
