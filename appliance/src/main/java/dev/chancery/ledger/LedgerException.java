package dev.chancery.ledger;

/**
 * The ledger cannot be read or written, so nothing may be signed. The message says what failed and
 * what an operator should look at.
 */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LedgerException(String message) {
    super(message);
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
