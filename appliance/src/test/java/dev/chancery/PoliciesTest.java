package dev.chancery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.config.PolicyConfig;
import dev.chancery.config.TufConfig;
import dev.chancery.policy.ShadowMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of the policy's settings at a start. */
class PoliciesTest {
  private static final Instant UNTIL = Instant.parse("2026-12-31T00:00:00Z");

  private static @Nullable ShadowMode shadowAt(Instant now, @Nullable Instant until) {
    PolicyConfig.Lifetime life = new PolicyConfig.Lifetime(Duration.ZERO, Duration.ofDays(1095));
    PolicyConfig.Budget budget = new PolicyConfig.Budget(1, 1);
    return Policies.settings(
            new PolicyConfig(
                PolicyConfig.Profile.STANDARD,
                life,
                life,
                Duration.ZERO,
                7,
                1,
                10,
                Duration.ofMinutes(5),
                Set.of(),
                11,
                new PolicyConfig.Budgets(budget, budget, budget, new PolicyConfig.Contents(2, 3)),
                new PolicyConfig.Quotas(5, 2, 3, 12, 4),
                until,
                new TufConfig(life, life, 1, Set.of(), Set.of(), Set.of(), Set.of(), Set.of())),
            now)
        .shadow();
  }

  @Test
  void shadowModeIsOffUnlessItIsAskedFor() {
    assertNull(shadowAt(UNTIL, null));
  }

  @Test
  void shadowModeMayBeAskedForNinetyTwoDaysAheadAndNoFurther() {
    Instant earliest = UNTIL.minus(Duration.ofDays(92));
    assertEquals(new ShadowMode(UNTIL), shadowAt(earliest, UNTIL));
    var refused =
        assertThrows(IllegalArgumentException.class, () -> shadowAt(earliest.minusNanos(1), UNTIL));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("policy.shadow.until"), refused::toString);
  }

  @Test
  void aServerStartsAfterShadowModeHasEnded() {
    assertEquals(new ShadowMode(UNTIL), shadowAt(UNTIL.plus(Duration.ofDays(400)), UNTIL));
  }
}
