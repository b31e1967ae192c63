package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.RefusedException;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.KeyAccess;
import dev.chancery.ledger.Ledger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Checkpoints for those who keep one elsewhere. */
public final class CheckpointRequests {
  private final KeyAccess access;
  private final Checkpoints checkpoints;
  private final Ledger ledger;
  private final Executor executor;

  /**
   * What answers them.
   *
   * @param executor waits for the token
   */
  public CheckpointRequests(
      KeyAccess access, Checkpoints checkpoints, Ledger ledger, Executor executor) {
    this.access = access;
    this.checkpoints = checkpoints;
    this.ledger = ledger;
    this.executor = executor;
  }

  /**
   * Has one made of all that is durable now; without anything new the newest is given again.
   *
   * @return fails with {@code RefusedException} ROLE_NOT_ALLOWED or LEDGER_ROLLED_BACK, with {@code
   *     TokenException} or {@code LedgerException}
   */
  public CompletableFuture<SignedCheckpoint> make(Caller caller) {
    try {
      access.requireRole(caller, Operation.MAKE_CHECKPOINT);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(() -> made(caller), executor);
  }

  private SignedCheckpoint made(Caller caller) {
    try {
      return checkpoints.request();
    } catch (RefusedException e) {
      throw access.recorded(caller, Operation.MAKE_CHECKPOINT, null, e);
    }
  }

  /**
   * The newest on the record.
   *
   * @throws RefusedException ROLE_NOT_ALLOWED
   * @throws TokenException NO_CHECKPOINT if the token has never been asked for one
   */
  public SignedCheckpoint newest(Caller caller) {
    access.requireRole(caller, Operation.READ_CHECKPOINTS);
    return ledger
        .newestCheckpoint()
        .orElseThrow(() -> new TokenException("NO_CHECKPOINT", "none has been signed yet"));
  }
}
