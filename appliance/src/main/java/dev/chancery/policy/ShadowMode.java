package dev.chancery.policy;

import dev.chancery.api.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The first weeks after an old signer was replaced: what a state rule would refuse is signed, and
 * its row names the rule. Form, role, key, expiry, clock and access refuse as ever. It ends by
 * itself.
 *
 * @param until the first instant at which every rule refuses again
 */
public record ShadowMode(Instant until) {
  /** No longer than this ahead, lest it be forgotten. */
  public static final Duration LONGEST = Duration.ofDays(92);

  /** The state rules: RULES F-2, F-3, F-6 and F-9, and the three of DESIGN section 3. */
  private static final Set<Refusal> RELAXED =
      Collections.unmodifiableSet(
          EnumSet.of(
              Refusal.VERSION_ROLLBACK,
              Refusal.VERSION_JUMP,
              Refusal.FIRST_VERSION_TOO_HIGH,
              Refusal.META_ROLLBACK,
              Refusal.META_NAME_LOST,
              Refusal.SNAPSHOT_NOT_ISSUED,
              Refusal.SNAPSHOT_ROLLBACK,
              Refusal.RATE_LIMITED));

  /** Whether it is on at {@code now}. */
  public boolean isOn(Instant now) {
    return now.isBefore(until);
  }

  /** Whether a start at {@code now} would leave it on for too long. */
  public boolean isTooLong(Instant now) {
    return until.isAfter(now.plus(LONGEST));
  }

  /** Whether it lets through what {@code refusal} says no to. */
  public static boolean relaxes(Refusal refusal) {
    return RELAXED.contains(refusal);
  }
}
