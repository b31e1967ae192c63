package dev.chancery.cli.init;

import dev.chancery.config.LedgerConfig;
import dev.chancery.config.TokenConfig;
import java.time.Instant;

/**
 * Makes the first audit key; a seam, so that the rest of {@code init} is tested without a token.
 */
@FunctionalInterface
public interface AuditKeyMaker {
  /**
   * Makes it in the token and puts it on the record of the new ledger {@code ledger}.
   *
   * @return the C2SP verifier key
   * @throws dev.chancery.hsm.TokenException if the token makes none
   * @throws dev.chancery.ledger.LedgerException if the ledger cannot be written
   */
  String make(TokenConfig token, LedgerConfig ledger, Instant now);
}
