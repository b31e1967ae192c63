package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.softhsm.ChanceryServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Three notary-servers on one database, one of them in another time zone, and publishers who all
 * want the next version of one repository. Each server signs before it stores, so most of what is
 * signed in such a race is thrown away; none of it may brick the repository.
 */
@ChanceryServer
@WithNotaryServer(
    database = true,
    zones = {"UTC", "America/New_York", "UTC"})
class RacingServersTest {
  private final NotaryStack stack;
  private final NotaryCli owner;

  RacingServersTest(NotaryStack stack) {
    this.stack = stack;
    this.owner = stack.newUser();
  }

  @Test
  @Timeout(240)
  void eightPublishersAtThreeServersAllGetTheirTargetsOut(TestReporter reporter) throws Exception {
    races("localhost:5000/race/eight", 8, 2, 2, reporter);
  }

  @Test
  @Tag("nightly")
  @Timeout(1800)
  void twelvePublishersGoOnForLong(TestReporter reporter) throws Exception {
    races("localhost:5000/race/twelve", 12, 8, 6, reporter);
  }

  private void races(String gun, int publishers, int targets, int rounds, TestReporter reporter)
      throws Exception {
    owner.ok("init", gun);
    owner.ok("key", "rotate", gun, "snapshot", "-r");
    owner.publish(gun, "v1", "first");
    for (int round = 1; round <= rounds; round++) {
      race(gun, publishers, targets, "round-" + round, reporter);
      // Not while they race: notary-server itself may then bring the root before back.
      owner.ok("key", "rotate", gun, "timestamp", "-r");
      owner.ok("key", "rotate", gun, "snapshot", "-r");
    }
    stack.assertServes(gun, "v1", "first");
    stack.assertLedgerExplains(gun, owner);
  }

  private void race(String gun, int publishers, int targets, String round, TestReporter reporter)
      throws Exception {
    List<Publisher> all = new ArrayList<>();
    for (int i = 0; i < publishers; i++) {
      NotaryCli cli = owner.copy(stack.newHome(), stack.server(i % 3).uri());
      all.add(new Publisher(cli, gun, round + "-" + i, targets));
    }
    try (Publishers racing = new Publishers(all)) {
      racing.await();
      assertEquals(publishers * targets, racing.published().size());
      reporter.publishEntry(
          Map.of(
              "published", String.valueOf(racing.published().size()),
              "lost races", String.valueOf(racing.failures().size()),
              "refused by now", String.valueOf(stack.assertRefusedWereLostRaces().size())));
    }
    for (Publisher each : all) {
      String last = each.published().getLast().target();
      stack.assertServes(gun, last, Publisher.contentOf(last));
    }
  }
}
