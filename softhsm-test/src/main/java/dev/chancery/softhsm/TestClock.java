package dev.chancery.softhsm;

import dev.chancery.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands until a test moves it. Its monotonic side moves along, so that the appliance
 * goes on trusting it; {@link #jump} moves the wall clock alone. Safe for many threads.
 */
public final class TestClock implements InstantSource {
  private Instant wall;
  private long nanos;

  /** Stands at {@code start}. */
  public TestClock(Instant start) {
    this.wall = start;
  }

  /** Time passes. */
  public synchronized void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not pass backwards; a wall clock may jump");
    }
    wall = wall.plus(by);
    nanos += by.toNanos();
  }

  /** Time passes until {@code instant}, which is not before the present one. */
  public synchronized void advanceTo(Instant instant) {
    advance(Duration.between(wall, instant));
  }

  /** The wall clock is set, forwards or backwards, while no time passes. */
  public synchronized void jump(Instant to) {
    wall = to;
  }

  @Override
  public synchronized Instant instant() {
    return wall;
  }

  private synchronized long nanoTime() {
    return nanos;
  }

  /** This clock, for {@code Appliance.start}. */
  public Clocks clocks() {
    return new Clocks(this, this::nanoTime);
  }
}
