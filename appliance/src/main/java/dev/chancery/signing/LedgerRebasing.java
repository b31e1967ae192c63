package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Quote;
import dev.chancery.api.RefusedException;
import dev.chancery.keys.KeyAccess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** An operator's word that this ledger goes on, though the token knew another or a longer one. */
public final class LedgerRebasing {
  private static final int MAX_REASON = 200;

  private final KeyAccess access;
  private final Checkpoints checkpoints;
  private final Executor executor;

  /**
   * What ends LEDGER_ROLLED_BACK.
   *
   * @param executor waits for the token
   */
  public LedgerRebasing(KeyAccess access, Checkpoints checkpoints, Executor executor) {
    this.access = access;
    this.checkpoints = checkpoints;
    this.executor = executor;
  }

  /**
   * Re-bases the ledger.
   *
   * @return how many keys are RESUMED; fails with {@code RefusedException} ROLE_NOT_ALLOWED or
   *     REQUEST_INVALID, with {@code TokenException} or {@code LedgerException}
   */
  public CompletableFuture<Integer> rebase(Caller caller, String reason) {
    try {
      access.requireRole(caller, Operation.REBASE);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(() -> rebased(caller, reason), executor);
  }

  private int rebased(Caller caller, String reason) {
    try {
      return checkpoints.rebase(caller.name(), Quote.ascii(reason, MAX_REASON));
    } catch (RefusedException e) {
      throw access.recorded(caller, Operation.REBASE, null, e);
    }
  }
}
