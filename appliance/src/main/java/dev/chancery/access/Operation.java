package dev.chancery.access;

/**
 * What a caller can be allowed to do; the names stand in {@code access.yaml} in lower case with
 * dashes.
 */
public enum Operation {
  SIGN_TIMESTAMP,
  SIGN_SNAPSHOT,
  /** Full validation without a signature. */
  CHECK,
  CREATE_KEY,
  READ_KEYS,
  FREEZE_KEY,
  /** Put keys and versions of an old signer on the record. */
  ADOPT_KEY,
  READ_REPOSITORIES,
  RETIRE_REPOSITORY,
  /** Say who signs a repository's snapshots. */
  SET_CUSTODY,
  /** Register the root of a TUF 1.0 repository. */
  ADD_ROOT,
  READ_WATERMARKS,
  /** Raise watermarks to those of another signer. */
  IMPORT_WATERMARKS,
  /** Set keys to documents, and let a ledger that lost rows go on. */
  REBASE,
  READ_LEDGER,
  /** Have a backup of the ledger sealed. */
  BACKUP,
  READ_CHECKPOINTS,
  /** Have the ledger as it is now signed by the audit key. */
  MAKE_CHECKPOINT,
  CONFIRM_CLOCK;

  /** The name in {@code access.yaml}: {@code sign-timestamp} and so on. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
