package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Custody;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * When a control refuses, the publisher reads why and what to do in his terminal, those who pull
 * notice nothing, and the repository goes on as soon as the reason is gone.
 */
@ChanceryServer
@WithNotaryServer
class RefusedPublishTest {
  private final Chancery chancery;
  private final NotaryStack stack;
  private final NotaryCli publisher;

  RefusedPublishTest(Chancery chancery, NotaryStack stack) {
    this.chancery = chancery;
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  private void published(String gun) {
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
  }

  private static void assertSays(String output, String... parts) {
    // The client breaks no lines, but it quotes what it was told.
    assertTrue(Stream.of(parts).allMatch(output::contains), () -> List.of(parts) + " in " + output);
  }

  @Test
  void aFrozenKeyIsNamedToThePublisherAndHealedByARotation() {
    String gun = "localhost:5000/refused/frozen";
    published(gun);
    KeyInfo key =
        chancery.operator().keys(new RepositoryName(gun), Role.TIMESTAMP).stream()
            .filter(each -> each.status().equals("active"))
            .findFirst()
            .orElseThrow();
    chancery.operator().freezeKey(key.keyid(), "seen where it should not be");

    publisher.ok("add", gun, "v2", publisher.file("c", "second").toString());
    assertSays(publisher.fails("publish", gun), "KEY_FROZEN", "rotate");
    stack.assertServes(gun, "v1", "first");

    publisher.ok("key", "rotate", gun, "timestamp", "-r");
    publisher.ok("publish", gun);
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void anOldCacheDoesNotBringBackWhatWasDeletedOnTheServer() {
    String gun = "localhost:5000/refused/deleted";
    published(gun);
    publisher.publish(gun, "v2", "second");
    NotaryCli other = publisher.copy(stack.newHome(), stack.server().uri());
    publisher.ok("delete", gun, "--remote");

    other.ok("add", gun, "v3", other.file("c", "third").toString());
    assertSays(other.fails("publish", gun), "VERSION_ROLLBACK", "deleted", "notary delete");
    stack.newUser().fails("list", gun);

    other.ok("delete", gun);
    other.ok("init", gun);
    other.publish(gun, "v3", "third");
    stack.assertServes(gun, "v3", "third");
    stack.assertLedgerExplains(gun, publisher, other);
  }

  @Test
  void aPublisherTakesTheSnapshotBackOnceTheOperatorAgrees() {
    String gun = "localhost:5000/refused/custody";
    published(gun);
    assertSays(
        publisher.fails("key", "rotate", gun, "snapshot"),
        "SNAPSHOT_NOT_ISSUED",
        "chancery repository custody",
        gun);
    stack.assertServes(gun, "v1", "first");

    RepositoryName repository = new RepositoryName(gun);
    chancery.operator().setCustody(repository, Custody.PUBLISHER, "asked for by its publisher");
    publisher.ok("key", "rotate", gun, "snapshot");
    publisher.publish(gun, "v2", "second");
    stack.assertServes(gun, "v2", "second");

    chancery.operator().setCustody(repository, Custody.HERE, "given back");
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v3", "third");
    stack.assertServes(gun, "v3", "third");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void aRetiredRepositoryIsServedAndNeverSignedAgain() {
    String gun = "localhost:5000/refused/retired";
    published(gun);
    chancery.operator().retire(new RepositoryName(gun), "moved to another name");

    publisher.ok("add", gun, "v2", publisher.file("c", "second").toString());
    assertSays(publisher.fails("publish", gun), "REPOSITORY_RETIRED");
    publisher.fails("key", "rotate", gun, "timestamp", "-r");
    stack.assertServes(gun, "v1", "first");
    stack.assertLedgerExplains(gun, publisher);
  }
}
