package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.audit.BackupSeal;
import dev.chancery.audit.SignedNote;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.Ledger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Says by the audit key that a backup is a copy of this ledger; that is on the record first. */
public final class BackupSealing {
  /** The action of the row. */
  static final String ACTION = "backup";

  private final KeyAccess access;
  private final Ledger ledger;
  private final Checkpoints checkpoints;
  private final InstantSource clock;
  private final Executor executor;

  /**
   * What seals backups.
   *
   * @param executor waits for the token
   */
  public BackupSealing(
      KeyAccess access,
      Ledger ledger,
      Checkpoints checkpoints,
      InstantSource clock,
      Executor executor) {
    this.access = access;
    this.ledger = ledger;
    this.checkpoints = checkpoints;
    this.clock = clock;
    this.executor = executor;
  }

  /**
   * Seals a backup.
   *
   * @param rows how many rows it has, from the first on
   * @param head the hash of the last of them
   * @param content SHA-256 of its content
   * @return the note of a {@link BackupSeal}; fails with {@code RefusedException} ROLE_NOT_ALLOWED,
   *     REQUEST_INVALID where this ledger has no such row, or LEDGER_ROLLED_BACK; with {@code
   *     TokenException} or {@code LedgerException}
   */
  public CompletableFuture<SignedNote> seal(Caller caller, long rows, Sha256 head, Sha256 content) {
    try {
      access.requireRole(caller, Operation.BACKUP);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(() -> sealed(caller, rows, head, content), executor);
  }

  private SignedNote sealed(Caller caller, long rows, Sha256 head, Sha256 content) {
    if (rows < 1 || !ledger.rowHash(rows - 1).equals(Optional.of(head))) {
      throw access.recorded(caller, Operation.BACKUP, null, notOurs(rows, head));
    }
    Instant now = clock.instant();
    String detail = "rows " + rows + ", head " + head.hex() + ", content " + content.hex();
    Keys.joined(ledger.operatorAction(caller.name(), ACTION, detail, now));
    return checkpoints.seal(new BackupSeal(ledger.head().ledgerId(), rows, head, content, now));
  }

  private static RefusedException notOurs(long rows, Sha256 head) {
    return new RefusedException(
        Refusal.REQUEST_INVALID,
        "a copy of " + rows + " rows, the last with hash " + head.hex(),
        "a copy of the ledger that this server writes",
        "is it the right server, and the right ledger?");
  }
}
