package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.access.Operation;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CLOCK_UNTRUSTED (RULES F-7). */
class ClockRulesTest extends PathTest {
  private static final String TRUSTED = "admit";
  private static final String UNTRUSTED = "CLOCK_UNTRUSTED";

  private KeyRecord key;

  @BeforeEach
  void signOnce() {
    key = timestampKey();
    admits(key, timestamp(1, "one"));
  }

  @ParameterizedTest(name = "jumps by {0} and {1} ns: {2}")
  @CsvSource({
    "PT5M, 0, admit",
    "PT5M, 1, CLOCK_UNTRUSTED",
    "PT-5M, 0, admit",
    "PT-5M, -1, CLOCK_UNTRUSTED",
    "P365D, 0, CLOCK_UNTRUSTED",
    "P-365D, 0, CLOCK_UNTRUSTED",
  })
  void aRunningClock(Duration jump, long nanos, String verdict) {
    clock.jump(jump.plusNanos(nanos));
    assertEquals(verdict, next());
  }

  @Test
  void aClockThatGoesOnForDaysIsTrusted() {
    clock.advance(Duration.ofDays(30));
    assertEquals(TRUSTED, next());
  }

  @Test
  void aClockThatJumpedBackStaysUntrustedUntilItIsConfirmed() {
    clock.jump(Duration.ofHours(1));
    assertEquals(UNTRUSTED, next());
    clock.jump(Duration.ofHours(-1));
    assertEquals(UNTRUSTED, next());
    confirm();
    assertEquals(TRUSTED, next());
  }

  @Test
  void aConfirmedClockIsTheNewReference() {
    clock.jump(Duration.ofHours(1));
    assertEquals(UNTRUSTED, next());
    confirm();
    assertEquals(TRUSTED, next());
    clock.jump(Duration.ofMinutes(-6));
    assertEquals(UNTRUSTED, next());
  }

  @Test
  void aConfirmationStandsOnTheRecord() {
    confirm();
    assertEquals("operator-action", newestRow().text("kind"));
    assertEquals("clock-confirmed", newestRow().text("action"));
    assertEquals("CN=notary-server", newestRow().text("caller"));
  }

  @Test
  void whoMayNotConfirmDoesNot() {
    clock.jump(Duration.ofHours(1));
    assertEquals(UNTRUSTED, next());
    var others = EnumSet.complementOf(EnumSet.of(Operation.CONFIRM_CLOCK));
    var caller = new TestCaller("CN=notary-server", others, TestCaller.ALL.repositories());
    var failure =
        assertThrows(CompletionException.class, () -> confirmation().confirm(caller).join());
    var refusal = assertInstanceOf(RefusedException.class, failure.getCause());
    assertEquals(Refusal.ROLE_NOT_ALLOWED, refusal.reason());
    assertEquals(UNTRUSTED, next());
  }

  @ParameterizedTest(name = "started {0} and {1} ns after the newest admission: {2}")
  @CsvSource({
    "PT0S, 0, admit",
    "P7D, 0, admit",
    "P7D, 1, CLOCK_UNTRUSTED",
    "PT-5M, 0, admit",
    "PT-5M, -1, CLOCK_UNTRUSTED",
    "P365D, 0, CLOCK_UNTRUSTED",
  })
  void aClockAtStart(Duration after, long nanos, String verdict) {
    bench.close();
    clock.advance(after.plusNanos(nanos));
    open();
    assertEquals(verdict, next());
  }

  @ParameterizedTest(name = "started {0} days after the newest admission")
  @ValueSource(ints = {-30, 30})
  void aRestartDoesNotMakeItTrusted(int days) {
    bench.close();
    clock.advance(Duration.ofDays(days));
    open();
    assertEquals(UNTRUSTED, next());
    reopen();
    assertEquals(UNTRUSTED, next());
    confirm();
    reopen();
    assertEquals(TRUSTED, next());
  }

  @Test
  void aJumpIsNotForgottenByARestart() {
    clock.jump(Duration.ofDays(30));
    assertEquals(UNTRUSTED, next());
    reopen();
    assertEquals(UNTRUSTED, next());
  }

  @Test
  void aRefusalUsesNoTokenAndNamesTheKeyOnTheRecord() {
    long calls = token.signCalls();
    clock.jump(Duration.ofHours(1));
    assertEquals(UNTRUSTED, next());
    assertEquals(calls, token.signCalls());
    assertEquals(UNTRUSTED, SigningBench.verdict(bench.check(key, timestamp(2, "two"))));
    assertEquals(key.id().hex(), newestRow().text("keyid"));
    assertEquals(UNTRUSTED, newestRow().text("control"));
  }

  private String next() {
    return SigningBench.verdict(bench.sign(key, timestamp(2, "two")));
  }

  private void confirm() {
    confirmation().confirm(TestCaller.ALL).join();
  }

  private ClockConfirmation confirmation() {
    return new ClockConfirmation(bench.access, bench.ledger, bench.guard, clock);
  }
}
