package dev.chancery.e2e.notary;

import dev.chancery.e2e.ChildAppliance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The appliance is killed (SIGKILL) while publishers publish, and started again on the same port.
 * notary-server's connection is gone then; how soon it tries again is its own affair: after 1 s,
 * and after each failure 1.6 times as long, at most 120 s.
 */
class KilledAppliancePublishTest {
  private static final long SEED = 20_261_123;

  @TempDir Path directory;

  @Test
  @Timeout(300)
  void publishersGoOnAfterEachKillBySimplyTryingAgain(TestReporter reporter) throws Exception {
    killRepeatedly(4, Duration.ZERO, reporter);
  }

  @Test
  @Tag("nightly")
  @Timeout(3600)
  void publishersGoOnAfterManyKills(TestReporter reporter) throws Exception {
    killRepeatedly(40, Duration.ZERO, reporter);
  }

  @Test
  @Tag("nightly")
  @Timeout(900)
  void publishersGoOnAfterAnOutageOfAMinute(TestReporter reporter) throws Exception {
    killRepeatedly(1, Duration.ofMinutes(1), reporter);
  }

  private void killRepeatedly(int kills, Duration outage, TestReporter reporter) throws Exception {
    Random random = new Random(SEED);
    int port = NotaryServer.freePort();
    try (ChildAppliance appliance = ChildAppliance.init(directory, port)) {
      appliance.start();
      Path tls = appliance.directory().resolve("tls");
      NotaryStack.Signer signer =
          new NotaryStack.Signer(SignerAddress.of(port, tls), tls, appliance.ledger());
      try (NotaryStack stack = NotaryStack.start(signer, "ecdsa", false, List.of("UTC"))) {
        List<Publisher> all = publishers(stack);
        StringBuilder recovery = new StringBuilder();
        try (Publishers publishing = new Publishers(all)) {
          for (int i = 0; i < kills; i++) {
            publishing.awaitAnother();
            Thread.sleep(random.nextInt(300));
            appliance.kill();
            Thread.sleep(outage);
            appliance.start();
            recovery.append(publishing.awaitAnother().toMillis()).append(" ms ");
          }
          publishing.stop();
          stack.assertRefusedWereLostRaces();
          reporter.publishEntry(
              Map.of(
                  "published", String.valueOf(publishing.published().size()),
                  "failed tries", String.valueOf(publishing.failures().size()),
                  "from listening again to next publish", recovery.toString()));
        }
        for (Publisher each : all) {
          String last = each.published().getLast().target();
          stack.assertServes(each.gun(), last, Publisher.contentOf(last));
          stack.assertLedgerExplainsAfterKills(each.gun(), each.cli());
        }
      }
    }
  }

  /** Two with a repository of their own, and two who share one. */
  private static List<Publisher> publishers(NotaryStack stack) {
    List<Publisher> all = new ArrayList<>();
    for (String gun : List.of("localhost:5000/kill/a", "localhost:5000/kill/b")) {
      NotaryCli owner = stack.newUser();
      owner.ok("init", gun);
      owner.ok("key", "rotate", gun, "snapshot", "-r");
      owner.publish(gun, "v1", "first");
      all.add(new Publisher(owner, gun, "owner", Integer.MAX_VALUE));
      if (all.size() > 1) {
        NotaryCli other = owner.copy(stack.newHome(), stack.server().uri());
        all.add(new Publisher(other, gun, "other", Integer.MAX_VALUE));
      }
    }
    return all;
  }
}
