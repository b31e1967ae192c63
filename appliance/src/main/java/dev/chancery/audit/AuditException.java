package dev.chancery.audit;

/** A row, note, checkpoint, proof or export that is not of the form docs/ledger-format.md says. */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuditException(String message) {
    super(message);
  }

  public AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
