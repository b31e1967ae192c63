package dev.chancery.signing;

import dev.chancery.api.RefusedException;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.RefusalEntry;
import java.time.InstantSource;

/** Puts on the record what a door refused before it reached the path. */
public final class Audit {
  private final Ledger ledger;
  private final InstantSource clock;

  public Audit(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Records a refusal.
   *
   * @param caller the caller's name, or what the door knows of who asked
   * @param operation what was asked for
   */
  public void refused(String caller, String operation, RefusedException refusal) {
    ledger.refused(new RefusalEntry(clock.instant(), caller, operation, null, null, null, refusal));
  }
}
