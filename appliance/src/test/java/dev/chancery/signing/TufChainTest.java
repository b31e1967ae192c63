package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.keys.DueDates;
import dev.chancery.keys.Repositories;
import dev.chancery.testing.TufPublisher;
import dev.chancery.testing.TufPublisher.PublisherKey;
import dev.chancery.testing.TufPublisher.RoleKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is checked before a timestamp is signed whose snapshot and targets are sent along: all that
 * a client would (TUF specification 5.3.10, 5.5, 5.6). The snapshot's keys are two of three of the
 * publisher's, so that a threshold can be missed.
 */
class TufChainTest extends PathTest {
  private static final RepositoryName REPOSITORY = new RepositoryName("tuf.example/app");
  private static final Duration LONG = Duration.ofDays(90);

  private final PublisherKey rootKey = PublisherKey.make();
  private final PublisherKey first = PublisherKey.make();
  private final PublisherKey second = PublisherKey.make();
  private final PublisherKey third = PublisherKey.make();
  private final PublisherKey targetsKey = PublisherKey.make();
  private final PublisherKey stranger = PublisherKey.make();
  private KeyRecord timestamps;

  /** What is sent, and may be changed before it is. */
  private static final class Sent {
    private Duration rootLife = LONG;
    private Duration snapshotLife = LONG;
    private Duration targetsLife = LONG;
    private PublisherKey[] snapshotSigners = {};
    private PublisherKey[] targetsSigners = {};
    private int targetsVersion = 4;
    private String targetsType = "targets";
    private List<String> delegations = List.of("team");
    private boolean namesTeam = true;
    private boolean otherTargets;
    private boolean otherLength;
    private boolean otherSha512;
    private boolean otherSnapshot;
    private int namedSnapshot = 9;
    private boolean withTargets = true;
    private boolean withSnapshot = true;
    private boolean registered = true;
  }

  @BeforeEach
  void key() {
    timestamps = bench.tufKey(REPOSITORY, Role.TIMESTAMP);
    new Repositories(bench.ledger, bench.registry, bench.access, clock)
        .registerStart(TestCaller.ALL, REPOSITORY, null, new Version(8), "was elsewhere")
        .join();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "everything right                   | admit",
        "no targets                         | admit",
        "neither snapshot nor targets       | admit",
        "targets alone                      | REQUEST_INVALID",
        "targets without a root             | REQUEST_INVALID",
        "the snapshot by two other keys     | admit",
        "the snapshot by all three          | admit",
        "the snapshot by one of two         | SIGNATURE_INVALID",
        "the snapshot by one and a stranger | SIGNATURE_INVALID",
        "the snapshot by strangers          | KEY_UNKNOWN",
        "the snapshot by one key twice      | MALFORMED",
        "another snapshot                   | SNAPSHOT_MISMATCH",
        "another version named              | SNAPSHOT_MISMATCH",
        "the snapshot valid for a second    | admit",
        "the snapshot expired now           | SNAPSHOT_MISMATCH",
        "the root valid for a second        | admit",
        "the root expired now               | EXPIRED",
        "the targets valid for a second     | admit",
        "the targets expired now            | TARGETS_MISMATCH",
        "the targets by a stranger          | SIGNATURE_INVALID",
        "the targets by both                | admit",
        "other targets                      | TARGETS_MISMATCH",
        "targets of another length          | TARGETS_MISMATCH",
        "targets of another sha512          | TARGETS_MISMATCH",
        "targets of the version before      | TARGETS_MISMATCH",
        "targets of another type            | WRONG_TYPE",
        "a delegation that is named         | admit",
        "a delegation that is not named     | TARGETS_MISMATCH",
        "no delegation                      | admit",
      })
  void checksWhatAClientWould(String which, String verdict) {
    Sent sent = new Sent();
    sent.snapshotSigners = new PublisherKey[] {first, second};
    sent.targetsSigners = new PublisherKey[] {targetsKey};
    change(sent, which);
    assertEquals(verdict, send(sent));
  }

  private void change(Sent sent, String which) {
    Duration second1 = Duration.ofSeconds(1);
    switch (which) {
      case "everything right", "a delegation that is named" -> {}
      case "no targets" -> sent.withTargets = false;
      case "neither snapshot nor targets" -> {
        sent.withTargets = false;
        sent.withSnapshot = false;
      }
      case "targets alone" -> sent.withSnapshot = false;
      case "targets without a root" -> sent.registered = false;
      case "the snapshot by two other keys" ->
          sent.snapshotSigners = new PublisherKey[] {third, second};
      case "the snapshot by all three" ->
          sent.snapshotSigners = new PublisherKey[] {third, second, first};
      case "the snapshot by one of two" -> sent.snapshotSigners = new PublisherKey[] {first};
      case "the snapshot by one and a stranger" ->
          sent.snapshotSigners = new PublisherKey[] {first, stranger};
      case "the snapshot by strangers" ->
          sent.snapshotSigners = new PublisherKey[] {stranger, targetsKey};
      case "the snapshot by one key twice" ->
          sent.snapshotSigners = new PublisherKey[] {first, first};
      case "another snapshot" -> sent.otherSnapshot = true;
      case "another version named" -> sent.namedSnapshot = 8;
      case "the snapshot valid for a second" -> sent.snapshotLife = second1;
      case "the snapshot expired now" -> sent.snapshotLife = Duration.ZERO;
      case "the root valid for a second" -> sent.rootLife = second1;
      case "the root expired now" -> sent.rootLife = Duration.ZERO;
      case "the targets valid for a second" -> sent.targetsLife = second1;
      case "the targets expired now" -> sent.targetsLife = Duration.ZERO;
      case "the targets by a stranger" -> sent.targetsSigners = new PublisherKey[] {stranger};
      case "the targets by both" -> sent.targetsSigners = new PublisherKey[] {stranger, targetsKey};
      case "other targets" -> sent.otherTargets = true;
      case "targets of another length" -> sent.otherLength = true;
      case "targets of another sha512" -> sent.otherSha512 = true;
      case "targets of the version before" -> sent.targetsVersion = 3;
      case "targets of another type" -> sent.targetsType = "snapshot";
      case "a delegation that is not named" -> sent.namesTeam = false;
      case "no delegation" -> sent.delegations = List.of();
      default -> throw new IllegalArgumentException(which);
    }
  }

  @Test
  void whatWasSentAlongIsKnownToBeDue() {
    Sent sent = new Sent();
    sent.snapshotSigners = new PublisherKey[] {first, second};
    sent.targetsSigners = new PublisherKey[] {targetsKey};
    sent.targetsLife = Duration.ofDays(40);
    assertEquals("admit", send(sent));
    DueDates dates = new DueDates(bench.ledger, bench.access, clock);
    assertEquals("root OK 90, timestamp OK 1, targets OK 40", written(dates));
    clock.set(START.plus(Duration.ofHours(12)));
    assertEquals("root OK 89, timestamp HALF 0, targets OK 39", written(dates));
    clock.set(START.plus(Duration.ofHours(18)));
    assertEquals("root OK 89, timestamp LATE 0, targets OK 39", written(dates));
    clock.set(START.plus(Duration.ofDays(1)));
    assertEquals("root OK 89, timestamp EXPIRED 0, targets OK 39", written(dates));
    clock.set(START.plus(Duration.ofDays(20)));
    assertEquals("root OK 70, timestamp EXPIRED -19, targets HALF 20", written(dates));
    clock.set(START.plus(Duration.ofDays(30)));
    assertEquals("root OK 60, timestamp EXPIRED -29, targets LATE 10", written(dates));
  }

  private static String written(DueDates dates) {
    return String.join(
        ", ",
        dates.list(TestCaller.ALL, REPOSITORY).stream()
            .map(due -> due.role() + " " + due.state() + " " + due.left().toDays())
            .toList());
  }

  @Test
  void aTimestampSignedHereIsDueOnlyWhileTheRootListsItsKey() {
    DueDates dates = new DueDates(bench.ledger, bench.access, clock);
    assertEquals(List.of(), dates.all());
    register(START.plus(LONG), 1, timestamps);
    assertEquals("root OK 90", written(dates));
    judged("admit", timestamps, timestamp(new Sent(), null));
    KeyRecord next = bench.tufKey(REPOSITORY, Role.TIMESTAMP);
    assertEquals("root OK 90, timestamp OK 1", written(dates));
    register(START.plus(LONG), 2, next);
    assertEquals("root OK 90", written(dates));
  }

  private String send(Sent sent) {
    if (sent.registered) {
      register(START.plus(sent.rootLife), 1, timestamps);
    }
    byte[] targets = targets(sent);
    byte[] snapshot = snapshot(sent, targets);
    byte[] signed = timestamp(sent, snapshot);
    if (sent.otherSnapshot) {
      sent.snapshotLife = sent.snapshotLife.minusSeconds(1);
      snapshot = snapshot(sent, targets);
    }
    var request =
        new SigningRequest(
            Role.TIMESTAMP,
            new SigningRequest.KeySelector.ById(timestamps.id()),
            signed,
            sent.withSnapshot ? snapshot : null,
            sent.withTargets ? targets : null);
    var checked = SigningBench.verdict(bench.signing.check(TestCaller.ALL, request).join());
    var outcome = bench.signing.sign(TestCaller.ALL, request).join();
    assertEquals(checked, SigningBench.verdict(outcome));
    if (!checked.equals("admit")) {
      assertEquals(Refusal.valueOf(checked), SigningBench.refusal(outcome));
      assertEquals(checked, newestRow().text("control"));
    }
    return checked;
  }

  private void register(Instant expires, int version, KeyRecord timestamp) {
    byte[] root =
        TufPublisher.root(
            version,
            expires,
            Map.of(
                "root", RoleKeys.of(1, rootKey),
                "targets", RoleKeys.of(1, targetsKey),
                "timestamp", TufRootRulesTest.roleKeys(timestamp),
                "snapshot", RoleKeys.of(2, first, second, third)),
            rootKey);
    new Repositories(bench.ledger, bench.registry, bench.access, clock)
        .addRoot(TestCaller.ALL, REPOSITORY, root, "published")
        .join();
  }

  private static byte[] targets(Sent sent) {
    Map<String, Object> signed =
        TufPublisher.metadata(sent.targetsType, sent.targetsVersion, START.plus(sent.targetsLife));
    signed.put("targets", Map.of());
    signed.put(
        "delegations",
        Map.of(
            "keys",
            Map.of(),
            "roles",
            sent.delegations.stream().map(name -> Map.of("name", name)).toList()));
    return TufPublisher.file(signed, sent.targetsSigners);
  }

  private static byte[] snapshot(Sent sent, byte[] targets) {
    Map<String, Object> named = new TreeMap<>();
    named.put("version", 4);
    named.put("length", targets.length + (sent.otherLength ? 1 : 0));
    String sha256 = Sha256.of(sent.otherTargets ? new byte[1] : targets).hex();
    String sha512 = Sha512.of(sent.otherSha512 ? new byte[1] : targets).toString();
    named.put("hashes", Map.of("sha256", sha256, "sha512", sha512));
    Map<String, Object> meta = new TreeMap<>();
    meta.put("targets.json", named);
    if (sent.namesTeam) {
      meta.put("team.json", Map.of("version", 1));
    }
    Map<String, Object> signed =
        TufPublisher.metadata("snapshot", 9, START.plus(sent.snapshotLife));
    signed.put("meta", meta);
    return TufPublisher.file(signed, sent.snapshotSigners);
  }

  private static byte[] timestamp(Sent sent, byte @Nullable [] snapshot) {
    Map<String, Object> signed =
        TufPublisher.metadata("timestamp", 1, START.plus(Duration.ofDays(1)));
    Map<String, Object> named = new TreeMap<>();
    named.put("version", sent.namedSnapshot);
    if (snapshot != null) {
      named.put("length", snapshot.length);
      named.put("hashes", Map.of("sha256", Sha256.of(snapshot).hex()));
    }
    signed.put("meta", Map.of("snapshot.json", named));
    return CanonicalJson.encode(signed);
  }
}
