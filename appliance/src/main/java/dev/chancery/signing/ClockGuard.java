package dev.chancery.signing;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock, as long as it can be trusted (RULES F-7): it must not drift from the monotonic
 * clock of this process, and at start it must lie between the ledger's newest row and a week later.
 * An operator's confirmation ends a distrust, from then on.
 */
public final class ClockGuard {
  /** How long after the newest row a start needs no confirmation. */
  static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final Duration skew;
  private volatile Anchor anchor;
  private volatile @Nullable RefusedException distrust;

  private record Anchor(Instant wall, long nanos) {}

  /**
   * Starts watching the clock.
   *
   * @param wall the clock that dates what is signed
   * @param nanoTime a clock that never jumps, as {@link System#nanoTime}
   * @param skew how far they may drift apart
   * @param newestRow time of the newest row that the clock was trusted for ({@code
   *     Ledger.trustedTime}); a row written while it was not would end the distrust by a restart
   */
  public ClockGuard(InstantSource wall, LongSupplier nanoTime, Duration skew, Instant newestRow) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.skew = skew;
    Instant now = wall.instant();
    this.anchor = new Anchor(now, nanoTime.getAsLong());
    if (now.isBefore(newestRow.minus(skew))) {
      this.distrust = untrusted("it is " + now + ", before the ledger's newest row", newestRow);
    } else if (now.isAfter(newestRow.plus(LONGEST_PAUSE))) {
      this.distrust =
          untrusted("it is " + now + ", more than 7 days after the ledger's newest row", newestRow);
    }
  }

  /**
   * The time.
   *
   * @throws RefusedException CLOCK_UNTRUSTED
   */
  public Instant now() {
    RefusedException standing = distrust;
    if (standing != null) {
      throw standing;
    }
    Instant now = wall.instant();
    Anchor from = anchor;
    Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - from.nanos());
    Duration drift = Duration.between(from.wall().plus(elapsed), now);
    if (drift.abs().compareTo(skew) > 0) {
      // Stays distrusted when the clock jumps back: what happened in between is not known.
      RefusedException jumped =
          untrusted("it moved by " + drift.toSeconds() + " s against the monotonic clock", now);
      distrust = jumped;
      throw jumped;
    }
    return now;
  }

  /** Why the clock is not trusted, or empty if it is. */
  public Optional<String> distrust() {
    try {
      now();
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.observed());
    }
  }

  /** Trusts the wall clock as it is now; the caller puts this on the record first. */
  public void confirm() {
    anchor = new Anchor(wall.instant(), nanoTime.getAsLong());
    distrust = null;
  }

  private RefusedException untrusted(String observed, Instant reference) {
    return new RefusedException(
        Refusal.CLOCK_UNTRUSTED,
        observed,
        "a clock within " + skew.toSeconds() + " s of " + reference,
        "set the clock right and restart, or run 'chancery clock confirm' if it is right");
  }
}
