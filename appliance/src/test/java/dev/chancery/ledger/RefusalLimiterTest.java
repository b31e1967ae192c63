package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalLimiterTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final RefusalLimiter limiter = new RefusalLimiter();

  @Test
  void sixHundredOfACallerInAMinuteGetARowEach() {
    use("a", RefusalLimiter.ROWS);
    assertFalse(limiter.allows("a", Refusal.KEY_UNKNOWN, START));
    assertTrue(limiter.allows("b", Refusal.KEY_UNKNOWN, START));
  }

  @Test
  void theRestIsCountedByKindAndToldWhenTheMinuteIsOver() {
    use("a", RefusalLimiter.ROWS);
    use("a", 3);
    limiter.allows("a", Refusal.EXPIRED, START.plusSeconds(59));
    Instant justBefore = START.plus(Duration.ofMinutes(1)).minusNanos(1);
    assertEquals(List.of(), limiter.due(justBefore, false));
    assertEquals(
        List.of(
            new RefusalLimiter.Summary(
                "a", START, Map.of(Refusal.KEY_UNKNOWN, 3L, Refusal.EXPIRED, 1L))),
        limiter.due(START.plus(Duration.ofMinutes(1)), false));
    limiter.written();
    assertEquals(List.of(), limiter.due(START.plus(Duration.ofMinutes(2)), true));
  }

  @Test
  void aMinuteWithoutAnythingCountedNeedsNoSummary() {
    use("a", RefusalLimiter.ROWS);
    assertEquals(List.of(), limiter.due(START.plus(Duration.ofMinutes(1)), false));
    assertTrue(limiter.allows("a", Refusal.KEY_UNKNOWN, START.plus(Duration.ofMinutes(1))));
  }

  @Test
  void whatIsCountedIsToldWhenTheLedgerCloses() {
    use("a", RefusalLimiter.ROWS + 2);
    assertEquals(1, limiter.due(START, true).size());
  }

  @Test
  void aSummaryThatWasNotWrittenIsDueAgain() {
    use("a", RefusalLimiter.ROWS + 2);
    List<RefusalLimiter.Summary> first = limiter.due(START.plus(Duration.ofMinutes(1)), false);
    assertEquals(first, limiter.due(START.plus(Duration.ofMinutes(1)), false));
    limiter.written();
    assertEquals(List.of(), limiter.due(START.plus(Duration.ofMinutes(1)), false));
  }

  private void use(String caller, int times) {
    for (int i = 0; i < times; i++) {
      limiter.allows(caller, Refusal.KEY_UNKNOWN, START);
    }
  }
}
