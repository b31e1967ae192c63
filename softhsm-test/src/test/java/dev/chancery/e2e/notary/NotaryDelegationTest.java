package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.ChanceryServer;
import org.junit.jupiter.api.Test;

/** Targets that others than the owner of a repository sign for. */
@ChanceryServer
@WithNotaryServer
class NotaryDelegationTest {
  private final NotaryStack stack;
  private final NotaryCli publisher;

  NotaryDelegationTest(NotaryStack stack) {
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  private void published(String gun) {
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
  }

  private void delegate(String gun, String role, Delegate to, String... paths) {
    String[] words = {"delegation", "add", gun, role, to.certificate(), "--all-paths"};
    if (paths.length > 0) {
      words[5] = "--paths=" + String.join(",", paths);
    }
    publisher.ok(words);
    publisher.ok("publish", gun);
  }

  @Test
  void delegatesPublishAndTheirRolesMayBeNestedWitnessedAndRemoved() {
    String gun = "localhost:5000/team/delegated";
    published(gun);
    Delegate one = Delegate.of(publisher, "one", "targets/releases");
    Delegate two = Delegate.of(publisher, "two", "targets/qa");
    delegate(gun, "targets/releases", one);
    delegate(gun, "targets/qa", two);
    delegate(gun, "targets/releases/nightly", two, "n/", "noc/ąę/");
    publishInto(gun, "targets/releases", "from-releases");
    publishInto(gun, "targets/qa", "from-qa");
    publishInto(gun, "targets/releases/nightly", "n/from-nightly");

    assertTrue(list(gun, "targets/releases").contains("from-releases"));
    assertTrue(list(gun, "targets/releases/nightly").contains("n/from-nightly"));
    publisher.ok("witness", gun, "targets/releases", "targets/qa");
    publisher.ok("publish", gun);
    assertTrue(list(gun, "targets/qa").contains("from-qa"));
    publisher.ok("delegation", "remove", gun, "targets/qa", "-y");
    publisher.ok("publish", gun);
    assertTrue(list(gun, "targets/releases").contains("from-releases"));
    stack.assertServes(gun, "v1", "first");
    stack.assertLedgerExplains(gun, publisher);
  }

  private void publishInto(String gun, String role, String target) {
    publisher.ok("add", gun, target, publisher.file("c", "of " + role).toString(), "-r", role);
    publisher.ok("publish", gun);
  }

  private String list(String gun, String role) {
    return stack.newUser().ok("list", gun, "-r", role);
  }

  @Test
  void aSnapshotMayNameManyRoles() {
    String gun = "localhost:5000/team/large";
    published(gun);
    Delegate one = Delegate.of(publisher, "one", "targets/team-1");
    for (int i = 1; i <= 25; i++) {
      String role = "targets/team-" + i;
      publisher.ok("delegation", "add", gun, role, one.certificate(), "--all-paths");
      String target = publisher.file("c", "of " + role).toString();
      publisher.ok("add", gun, "t-" + i, target, "-r", role);
    }
    publisher.ok("publish", gun);

    assertTrue(list(gun, "targets/team-25").contains("t-25"));
    stack.assertServes(gun, "v1", "first");
    stack.assertLedgerExplains(gun, publisher);
  }

  @Test
  void aDelegationsPathsMayBeInAnyScript() {
    String gun = "localhost:5000/żółw/zespół";
    published(gun);
    Delegate one = Delegate.of(publisher, "one", "targets/zespol");
    delegate(gun, "targets/zespol", one, "ścieżka/");
    publishInto(gun, "targets/zespol", "ścieżka/日本");

    assertTrue(list(gun, "targets/zespol").contains("ścieżka/日本"));
    stack.assertLedgerExplains(gun, publisher);
  }
}
