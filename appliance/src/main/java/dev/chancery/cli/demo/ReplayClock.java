package dev.chancery.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that can be put to the time of a recording and ticks on from there. Its monotonic side
 * moves along, as if the time between had passed: so nothing looks like a clock that was tampered
 * with (RULES F-7).
 */
final class ReplayClock implements InstantSource {
  private final InstantSource base;
  private volatile Duration offset = Duration.ZERO;

  ReplayClock(InstantSource base) {
    this.base = base;
  }

  void putTo(Instant time) {
    offset = Duration.between(base.instant(), time);
  }

  @Override
  public Instant instant() {
    return base.instant().plus(offset);
  }

  long nanoTime() {
    return System.nanoTime() + offset.toNanos();
  }
}
