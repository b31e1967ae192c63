package dev.chancery.policy;

import dev.chancery.api.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds an operator may set. No setting turns a rule off; shadow mode defers some for a time.
 *
 * @param timestamp how long a timestamp may be valid
 * @param snapshot how long a snapshot may be valid
 * @param expirySlack how far beyond the longest life an expiry may lie, for clocks that differ
 * @param skew how far clocks may differ before it is said
 * @param maxJump how far above the watermark a version may be (RULES F-2)
 * @param maxFirstJump how far above its repository's versions a new key may start (RULES F-3)
 * @param restoreJump how far above its watermark a resumed key may go on (DESIGN section 5)
 * @param shadow when and how long state rules only take note; null for never
 */
public record PolicySettings(
    Life timestamp,
    Life snapshot,
    Duration expirySlack,
    Duration skew,
    int maxJump,
    int maxFirstJump,
    int restoreJump,
    Budgets budgets,
    @Nullable ShadowMode shadow) {
  /**
   * How long metadata of one role lives.
   *
   * @param min how long metadata must still be valid when it is signed
   * @param max how long it may be valid
   */
  public record Life(Duration min, Duration max) {}

  /** notary-server's compiled-in lifetimes (RULES N-7) and the defaults of RULES NC-5 and F-*. */
  public static final PolicySettings NOTARY =
      new PolicySettings(
          new Life(Duration.ofHours(1), Duration.ofDays(14)),
          new Life(Duration.ofHours(1), Duration.ofDays(3 * 365)),
          Duration.ofHours(24),
          Duration.ofMinutes(5),
          1,
          1000,
          10,
          Budgets.STANDARD,
          null);

  /** The lifetimes of one role. */
  public Life life(Role role) {
    return switch (role) {
      case TIMESTAMP -> timestamp;
      case SNAPSHOT -> snapshot;
    };
  }

  /** The same bounds with other budgets. */
  public PolicySettings withBudgets(Budgets other) {
    return new PolicySettings(
        timestamp, snapshot, expirySlack, skew, maxJump, maxFirstJump, restoreJump, other, shadow);
  }

  /** The same bounds with shadow mode until it ends. */
  public PolicySettings withShadow(@Nullable ShadowMode mode) {
    return new PolicySettings(
        timestamp, snapshot, expirySlack, skew, maxJump, maxFirstJump, restoreJump, budgets, mode);
  }
}
