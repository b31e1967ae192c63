package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import org.junit.jupiter.api.Test;

/** The same with {@code "key_algorithm": "ed25519"} in notary-server's configuration. */
@ChanceryServer
@WithNotaryServer(algorithm = "ed25519")
class Ed25519PublishingTest {
  private final NotaryStack stack;
  private final NotaryCli publisher;

  Ed25519PublishingTest(NotaryStack stack) {
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  @Test
  void clientsVerifyWhatIsPublishedAndFollowTheRotations(Chancery chancery) {
    String gun = "localhost:5000/ed25519/app";
    publisher.ok("init", gun);
    publisher.publish(gun, "v1", "first");
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v2", "second");
    publisher.ok("key", "rotate", gun, "timestamp", "-r");
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v3", "third");

    stack.assertServes(gun, "v1", "first");
    stack.assertServes(gun, "v3", "third");
    stack.assertLedgerExplains(gun, publisher);
    stack.assertTokenSignedOnlyWhatIsRecorded(chancery);
  }

  @Test
  void dockerAddsASigner() {
    String image = "localhost:5000/ed25519/img";
    DockerTrust docker = stack.newDockerUser();
    docker.ok("key", "generate", "alice", "--dir", ".");
    docker.ok("signer", "add", "--key", "alice.pub", "alice", image);
    assertTrue(docker.ok("inspect", image).contains("alice"));
    stack.assertLedgerExplains(image, stack.notaryOf(docker));
  }
}
