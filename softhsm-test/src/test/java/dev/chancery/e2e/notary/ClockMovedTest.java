package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import dev.chancery.softhsm.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock of the appliance is set, while notary-server's stays right. */
@ChanceryServer(clock = "2026-01-01T00:00:00Z")
@WithNotaryServer
class ClockMovedTest {
  private final Chancery chancery;
  private final NotaryStack stack;
  private final NotaryCli publisher;

  ClockMovedTest(Chancery chancery, NotaryStack stack) {
    this.chancery = chancery;
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  @ParameterizedTest
  @ValueSource(ints = {-20, 20})
  void nothingIsSignedUntilAnOperatorHasLookedAtTheClock(int minutes) {
    TestClock clock = chancery.clock();
    // notary-server dates what it wants signed by the machine's clock.
    clock.advanceTo(Instant.now());
    String gun = "localhost:5000/clock/moved" + minutes;
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");

    Instant right = clock.instant();
    clock.jump(right.plus(Duration.ofMinutes(minutes)));
    publisher.ok("add", gun, "v2", publisher.file("c", "second").toString());
    assertRefused(publisher.fails("publish", gun));
    stack.assertServes(gun, "v1", "first");
    clock.jump(right);
    assertRefused(publisher.fails("publish", gun));

    chancery.operator().confirmClock();
    publisher.ok("publish", gun);
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }

  private static void assertRefused(String output) {
    assertTrue(output.contains("CLOCK_UNTRUSTED"), output);
    assertTrue(output.contains("clock confirm"), output);
  }
}
