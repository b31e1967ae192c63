package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.RefusedException;
import dev.chancery.keys.KeyAccess;
import dev.chancery.ledger.Ledger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** An operator's word that the clock is right; it stands on the record before it counts. */
public final class ClockConfirmation {
  private final KeyAccess access;
  private final Ledger ledger;
  private final ClockGuard guard;
  private final InstantSource clock;

  public ClockConfirmation(KeyAccess access, Ledger ledger, ClockGuard guard, InstantSource clock) {
    this.access = access;
    this.ledger = ledger;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * Confirms the clock.
   *
   * @return the time confirmed; fails with {@code RefusedException} or {@code LedgerException}
   */
  public CompletableFuture<Instant> confirm(Caller caller) {
    try {
      access.requireRole(caller, Operation.CONFIRM_CLOCK);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    Instant now = clock.instant();
    String detail = guard.distrust().orElse("the clock was trusted");
    return ledger
        .operatorAction(caller.name(), Ledger.CLOCK_CONFIRMED, detail, now)
        .thenApply(
            recorded -> {
              guard.confirm();
              return now;
            });
  }
}
