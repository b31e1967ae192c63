package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
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
    race("localhost:5000/race/eight", 8, 3, 0, reporter);
  }

  @Test
  @Tag("nightly")
  @Timeout(1800)
  void twelvePublishersGoOnForLongWhileKeysAreRotated(TestReporter reporter) throws Exception {
    race("localhost:5000/race/twelve", 12, 20, 15, reporter);
  }

  private void race(String gun, int publishers, int targets, int rotations, TestReporter reporter)
      throws Exception {
    owner.ok("init", gun);
    owner.ok("key", "rotate", gun, "snapshot", "-r");
    owner.publish(gun, "v1", "first");
    List<Publisher> all = new ArrayList<>();
    for (int i = 0; i < publishers; i++) {
      NotaryCli cli = owner.copy(stack.newHome(), stack.server(i % 3).uri());
      all.add(new Publisher(cli, gun, "of-" + i, targets));
    }
    int rotated = 0;
    try (Publishers racing = new Publishers(all)) {
      for (int i = 0; i < rotations; i++) {
        rotated += rotate(gun, "timestamp") + rotate(gun, "snapshot");
      }
      racing.await();
      assertEquals(publishers * targets, racing.published().size());
      for (Publisher.Published each : racing.published()) {
        if (each.target().endsWith("-" + targets)) {
          stack.assertServes(gun, each.target(), Publisher.contentOf(each.target()));
        }
      }
      List<JsonNode> refused = stack.assertRefusedWereLostRaces();
      reporter.publishEntry(
          Map.of(
              "published", String.valueOf(racing.published().size()),
              "lost races", String.valueOf(racing.failures().size()),
              "of them refused", String.valueOf(racing.refusals().size()),
              "refused decisions", String.valueOf(refused.size()),
              "rotations", String.valueOf(rotated)));
    }
    stack.assertServes(gun, "v1", "first");
    stack.assertLedgerExplains(gun, owner);
  }

  /** 1 if it came through; in a race it may not. */
  private int rotate(String gun, String role) {
    return owner.run("key", "rotate", gun, role, "-r").succeeded() ? 1 : 0;
  }
}
