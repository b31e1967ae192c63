package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** The token loses its storage while publishers publish, and gets it back. */
@ChanceryServer
@WithNotaryServer
class TokenAwayPublishTest {
  private final Chancery chancery;
  private final NotaryStack stack;

  TokenAwayPublishTest(Chancery chancery, NotaryStack stack) {
    this.chancery = chancery;
    this.stack = stack;
  }

  @Test
  void thoseWhoPullNoticeNothingAndThePublisherIsToldToTryAgain() throws IOException {
    String gun = "localhost:5000/away/told";
    NotaryCli publisher = published(gun);
    publisher.ok("add", gun, "v2", publisher.file("c", "second").toString());
    takeTokenAway();
    try {
      String told = publisher.fails("publish", gun);
      assertTrue(told.contains("code = Unavailable"), told);
      stack.assertServes(gun, "v1", "first");
    } finally {
      bringTokenBack();
    }
    Publisher.publishPersistently(publisher, gun);
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  @Timeout(300)
  void publishersGoOnBySimplyTryingAgain(TestReporter reporter) throws Exception {
    List<Publisher> all =
        List.of(
            new Publisher(
                published("localhost:5000/away/a"),
                "localhost:5000/away/a",
                "a",
                Integer.MAX_VALUE),
            new Publisher(
                published("localhost:5000/away/b"),
                "localhost:5000/away/b",
                "b",
                Integer.MAX_VALUE));
    try (Publishers publishing = new Publishers(all)) {
      StringBuilder recovery = new StringBuilder();
      for (int i = 0; i < 3; i++) {
        publishing.awaitAnother();
        takeTokenAway();
        try {
          publishing.awaitFailure();
        } finally {
          bringTokenBack();
        }
        recovery.append(publishing.awaitAnother().toMillis()).append(" ms ");
      }
      publishing.stop();
      stack.assertRefusedWereLostRaces();
      assertFalse(publishing.failures().isEmpty());
      reporter.publishEntry(
          Map.of(
              "published", String.valueOf(publishing.published().size()),
              "failed tries", String.valueOf(publishing.failures().size()),
              "from token back to next publish", recovery.toString()));
    }
    for (Publisher each : all) {
      String last = each.published().getLast().target();
      stack.assertServes(each.gun(), last, Publisher.contentOf(last));
      stack.assertLedgerExplains(each.gun(), each.cli());
    }
  }

  private NotaryCli published(String gun) {
    NotaryCli publisher = stack.newUser();
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
    return publisher;
  }

  // Out of the directory of tokens: SoftHSM finds them there under any name.
  private Path hidden() {
    return chancery.directory().resolve("hidden-token");
  }

  private void takeTokenAway() throws IOException {
    Files.move(chancery.tokenDirectory(), hidden());
  }

  private void bringTokenBack() throws IOException {
    Files.move(hidden(), chancery.tokenDirectory());
  }
}
