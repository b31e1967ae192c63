package dev.chancery.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved; its monotonic side moves with it, but does not jump. */
public final class MovableClock implements InstantSource {
  private Instant now;
  private final Instant start;
  private Duration jumped = Duration.ZERO;

  public MovableClock(Instant start) {
    this.start = start;
    this.now = start;
  }

  public synchronized void set(Instant instant) {
    now = instant;
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  /** The wall clock jumps; the monotonic side does not. */
  public synchronized void jump(Duration by) {
    now = now.plus(by);
    jumped = jumped.plus(by);
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Nanoseconds since the start, as {@link System#nanoTime}. */
  public synchronized long nanoTime() {
    return Duration.between(start, now).minus(jumped).toNanos();
  }
}
