package dev.chancery.cli.dct;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something to become true; a seam, so that tests need not. */
@FunctionalInterface
interface Pause {
  /** Looks every 50 ms. */
  Pause REAL = Pause::poll;

  /**
   * Returns when {@code condition} is true, or time is up.
   *
   * @return whether it became true
   */
  boolean until(Duration patience, BooleanSupplier condition);

  private static boolean poll(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(ExitCode.UNAVAILABLE, "interrupted while waiting", e);
      }
    }
    return true;
  }
}
