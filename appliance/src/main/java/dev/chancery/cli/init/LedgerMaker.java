package dev.chancery.cli.init;

import java.nio.file.Path;
import java.time.Instant;

/** Makes an empty ledger; a seam, so that the rest of {@code init} is tested without one. */
@FunctionalInterface
public interface LedgerMaker {
  /**
   * Makes the ledger {@code file}, which does not exist yet, in a directory that does.
   *
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   * @throws dev.chancery.ledger.LedgerException if it cannot be made
   */
  void make(Path file, String ledgerId, Instant now);
}
