package dev.chancery.e2e.notary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import org.junit.jupiter.api.Test;

/** What publishers do every day, with the {@code notary} command. */
@ChanceryServer
@WithNotaryServer
class NotaryPublishingTest {
  private static final byte[] YES = "yes\n".getBytes(UTF_8);

  private final NotaryStack stack;
  private final NotaryCli publisher;

  NotaryPublishingTest(NotaryStack stack) {
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  @Test
  void whatIsPublishedIsListedAndVerifiesFromACleanDirectory() {
    String gun = "localhost:5000/team/app";
    publisher.ok("init", gun);
    publisher.publish(gun, "v1", "first");

    assertTrue(stack.newUser().ok("list", gun).contains("v1"));
    stack.assertServes(gun, "v1", "first");
    stack.newUser().failsReading("other".getBytes(UTF_8), "verify", gun, "v1");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void clientsFollowThroughTheRotationOfEveryRole() {
    String gun = "localhost:5000/team/rotated";
    publisher.ok("init", gun);
    publisher.publish(gun, "v1", "first");
    NotaryCli follower = stack.newUser();
    follower.verifies(gun, "v1", "first");

    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v2", "second");
    assertAllSee(gun, follower);
    publisher.ok("key", "rotate", gun, "timestamp", "-r");
    assertAllSee(gun, follower);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    assertAllSee(gun, follower);
    publisher.ok("key", "rotate", gun, "targets");
    assertAllSee(gun, follower);
    publisher.okReading(YES, "key", "rotate", gun, "root");
    assertAllSee(gun, follower);
    publisher.publish(gun, "v3", "third");
    stack.assertServes(gun, "v3", "third");
    stack.assertLedgerExplains(gun, publisher);
  }

  private void assertAllSee(String gun, NotaryCli follower) {
    follower.verifies(gun, "v2", "second");
    stack.assertServes(gun, "v2", "second");
  }

  @Test
  void aTargetThatWasRemovedIsGoneForEverybody() {
    String gun = "localhost:5000/team/removed";
    publishedWithServersSnapshot(gun);
    publisher.publish(gun, "v2", "second");
    publisher.ok("remove", gun, "v1");
    publisher.ok("publish", gun);

    stack.newUser().fails("lookup", gun, "v1");
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }

  private void publishedWithServersSnapshot(String gun) {
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
  }

  @Test
  void twoHundredTargetsArePublishedAtOnce() {
    String gun = "localhost:5000/team/many";
    publishedWithServersSnapshot(gun);
    String sha256 = "0123456789abcdef".repeat(4);
    for (int i = 1; i <= 200; i++) {
      publisher.ok("addhash", gun, "rel-" + i, String.valueOf(1000 + i), "--sha256", sha256);
    }
    publisher.ok("publish", gun);

    long listed = stack.newUser().ok("list", gun).lines().filter(l -> l.contains("rel-")).count();
    assertEquals(200, listed);
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void namesOfRepositoriesAndTargetsMayBeInAnyScript() {
    String gun = "localhost:5000/żółw/日本-é";
    publishedWithServersSnapshot(gun);
    publisher.publish(gun, "v1-ünïcødé-日本語-🔐", "any script");
    publisher.publish(gun, "q\"uote\\back<&>/slash", "awkward");
    publisher.publish(gun, "line\u2028sep", "separated");

    stack.assertServes(gun, "v1-ünïcødé-日本語-🔐", "any script");
    stack.assertServes(gun, "q\"uote\\back<&>/slash", "awkward");
    stack.assertServes(gun, "line\u2028sep", "separated");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void aRepositoryDeletedOnTheServerIsMadeAnewUnderNewKeys() {
    String gun = "localhost:5000/team/deleted";
    publishedWithServersSnapshot(gun);
    publisher.ok("delete", gun, "--remote");
    stack.newUser().fails("list", gun);

    publishedWithServersSnapshot(gun);
    publisher.publish(gun, "v2", "second");
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void theTokenSignsNothingButWhatTheLedgerHas(Chancery chancery) {
    String gun = "localhost:5000/team/counted";
    publishedWithServersSnapshot(gun);
    publisher.publish(gun, "v2", "second");
    stack.assertTokenSignedOnlyWhatIsRecorded(chancery);
  }
}
