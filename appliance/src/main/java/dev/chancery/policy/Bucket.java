package dev.chancery.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token bucket (RULES F-9): {@code level} units are left at {@code at}.
 *
 * @param level units left; what exceeds the rule's capacity does not count
 */
public record Bucket(double level, Instant at) {
  /**
   * How large a bucket is and how fast it fills.
   *
   * @param capacity units a full bucket holds
   * @param perHour units that come back in an hour
   */
  public record Rule(long capacity, long perHour) {
    public Rule {
      if (capacity < 1 || perHour < 1) {
        throw new IllegalArgumentException("a budget has a capacity and a refill of 1 or more");
      }
    }
  }

  private static final double MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  /** A bucket nobody has used yet, whatever its rule's capacity. */
  public static final Bucket FULL = new Bucket(Double.MAX_VALUE, Instant.EPOCH);

  /** What is left after {@code units} are taken, or empty if there are not so many. */
  public Optional<Bucket> take(Rule rule, long units, Instant now) {
    double available = refilled(rule, now);
    return available < units
        ? Optional.empty()
        : Optional.of(new Bucket(available - units, latest(now)));
  }

  /** How long until {@code units} will be there; whole seconds, at least one. */
  public Duration waitFor(Rule rule, long units, Instant now) {
    double missing = (double) Math.min(units, rule.capacity()) - refilled(rule, now);
    long millis = (long) Math.ceil(missing * MILLIS_PER_HOUR / rule.perHour());
    return Duration.ofSeconds(Math.max(1, Math.ceilDiv(millis, 1000L)));
  }

  private double refilled(Rule rule, Instant now) {
    // A clock that went back refills nothing.
    long elapsed = Math.max(0, Duration.between(at, now).toMillis());
    return Math.min(
        (double) rule.capacity(), level + elapsed * (double) rule.perHour() / MILLIS_PER_HOUR);
  }

  private Instant latest(Instant now) {
    return now.isAfter(at) ? now : at;
  }
}
