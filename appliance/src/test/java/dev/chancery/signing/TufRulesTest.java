package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.Version;
import dev.chancery.keys.Keys;
import dev.chancery.keys.Repositories;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.TufSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which TUF 1.0 metadata may follow which (RULES TT-2, TT-5, TS-2 to TS-4, F-2, F-3). A timestamp
 * is written {@code 5:3}, version 5 naming snapshot version 3; a snapshot {@code 5:a3,b1=x},
 * version 5 naming a.json at version 3 and b.json at version 1 with the digest of x. A letter after
 * a dot makes other bytes of the same.
 */
class TufRulesTest extends PathTest {
  private static final RepositoryName RETRYING = new RepositoryName("tuf.example/retrying");
  private static final RepositoryName JUMPING = new RepositoryName("tuf.example/jumping");
  private static final RepositoryName STRICT = new RepositoryName("tuf.example/strict");

  private KeyRecord timestamps;
  private KeyRecord snapshots;

  @Override
  SigningBench bench() {
    PolicySettings policy = TufSettings.usual(settings().budgets()).usual().policy();
    PolicySettings jumping =
        new PolicySettings(
            policy.timestamp(),
            policy.snapshot(),
            policy.expirySlack(),
            policy.skew(),
            1_000,
            1,
            policy.restoreJump(),
            policy.budgets(),
            null);
    TufSettings tuf =
        new TufSettings(
            new TufSettings.Bounds(policy, false),
            Map.of(
                RETRYING,
                new TufSettings.Bounds(policy, true),
                JUMPING,
                new TufSettings.Bounds(jumping, false)));
    return new SigningBench(directory.resolve("ledger.db"), clock, settings(), tuf, token);
  }

  @BeforeEach
  void keys() {
    timestamps = bench.tufKey(STRICT, Role.TIMESTAMP);
    snapshots = bench.tufKey(STRICT, Role.SNAPSHOT);
  }

  @ParameterizedTest(name = "after {0}, {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "                | 1:1         | admit",
        "                | 2:1         | FIRST_VERSION_TOO_HIGH",
        "                | 1:9         | admit",
        "1:1             | 2:1         | admit",
        "1:1             | 2:2         | admit",
        "1:1             | 1:1         | admit",
        "1:1             | 1:1.b       | EQUIVOCATION",
        "1:1             | 1:2         | EQUIVOCATION",
        "1:1             | 3:1         | VERSION_JUMP",
        "1:1 2:1         | 1:1         | VERSION_ROLLBACK",
        "1:1 2:4         | 3:3         | SNAPSHOT_ROLLBACK",
        "1:1 2:4         | 3:4         | admit",
        "1:1=a           | 2:1=b       | EQUIVOCATION",
        "1:1=a           | 2:1=a       | admit",
        "1:1=a           | 2:1         | admit",
        "1:1=a           | 2:2=b       | admit",
      })
  void judgesTheNextTimestamp(String history, String proposal, String verdict) {
    judgesTheNext(timestamps, history, proposal, verdict);
  }

  @ParameterizedTest(name = "after {0}, {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "                  | 1:targets1         | admit",
        "                  | 2:targets1         | FIRST_VERSION_TOO_HIGH",
        "1:targets1        | 2:targets1         | admit",
        "1:targets1        | 1:targets1.b       | EQUIVOCATION",
        "1:targets1        | 3:targets1         | VERSION_JUMP",
        "1:targets2        | 2:targets1         | META_ROLLBACK",
        "1:targets2        | 2:targets2         | admit",
        "1:targets2        | 2:targets9         | admit",
        "1:targets1,x3     | 2:targets1         | META_NAME_LOST",
        "1:targets1,x3     | 2:targets1,x2      | META_ROLLBACK",
        "1:targets1,x3     | 2:targets1,x3,y1   | admit",
        "1:targets1=a      | 2:targets1=b       | EQUIVOCATION",
        "1:targets1=a      | 2:targets2=b       | admit",
        "1:targets1=a      | 2:targets1         | admit",
        "1:targets1 2:targets1,x1 | 3:targets1  | META_NAME_LOST",
      })
  void judgesTheNextSnapshot(String history, String proposal, String verdict) {
    judgesTheNext(snapshots, history, proposal, verdict);
  }

  @ParameterizedTest(name = "where a version may come again: after {0}, {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1:targets1                       | 1:targets1.b      | admit",
        "1:targets2 2:targets2            | 2:targets1        | META_ROLLBACK",
        "1:targets2 2:targets3            | 2:targets2        | admit",
        "1:targets2 2:targets4 2:targets3 | 3:targets2        | META_ROLLBACK",
        "1:targets2 2:targets4 2:targets3 | 3:targets3        | admit",
        "1:targets1 2:targets1,x1         | 2:targets1        | admit",
        "1:targets1,x1 2:targets1,x1      | 2:targets1        | META_NAME_LOST",
        "1:targets1 2:targets1,x1 2:targets1.b | 3:targets1   | admit",
        "1:targets1 2:targets2=a 2:targets2=b  | 3:targets2=c | admit",
        "1:targets1 2:targets2=a 2:targets2=b  | 1:targets1   | VERSION_ROLLBACK",
      })
  void comparesWithAllThatClientsMayHave(String history, String proposal, String verdict) {
    judgesTheNext(bench.tufKey(RETRYING, Role.SNAPSHOT), history, proposal, verdict);
  }

  @ParameterizedTest(name = "where versions may jump: after {0}, {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "        | 1000:targets1      | admit",
        "        | 1001:targets1      | FIRST_VERSION_TOO_HIGH",
        "5:targets2 | 1005:targets2   | admit",
        "5:targets2 | 1006:targets2   | VERSION_JUMP",
        "5:targets2 | 105:targets1    | META_ROLLBACK",
      })
  void aJumpIsComparedWithTheVersionBeforeIt(String history, String proposal, String verdict) {
    judgesTheNext(bench.tufKey(JUMPING, Role.SNAPSHOT), history, proposal, verdict);
  }

  @Test
  void theSameBytesAgainGetTheRecordedSignature() {
    SigningOutcome.Signed first = admits(timestamps, content(timestamps, "1:1"));
    long calls = token.signCalls();
    byte[] looser =
        new String(content(timestamps, "1:1"), StandardCharsets.UTF_8)
            .replace(",", " ,\n")
            .getBytes(StandardCharsets.UTF_8);
    SigningOutcome.Signed again = admits(timestamps, looser);
    assertFalse(first.recorded());
    assertTrue(again.recorded());
    assertEquals(first.signature(), again.signature());
    assertEquals(calls, token.signCalls());
    assertEquals(Dialect.TUF, again.dialect());
  }

  @Test
  void whatIsSignedIsTheCanonicalForm() {
    byte[] signed = content(timestamps, "1:1");
    SigningOutcome.Signed outcome = admits(timestamps, signed);
    assertEquals(Sha256.of(signed), outcome.canonicalSha256());
    assertTrue(
        bench
            .registry
            .find(timestamps.id())
            .orElseThrow()
            .verification()
            .verify(signed, outcome.signature()));
  }

  @Test
  void theStateOutlivesTheProcess() {
    admits(snapshots, content(snapshots, "1:targets2=a,x3"));
    reopen();
    judged("META_ROLLBACK", snapshots, content(snapshots, "2:targets1,x3"));
    judged("META_NAME_LOST", snapshots, content(snapshots, "2:targets2"));
    judged("EQUIVOCATION", snapshots, content(snapshots, "2:targets2=b,x3"));
    admits(snapshots, content(snapshots, "2:targets2=a,x3"));
  }

  @Test
  void aTimestampNamesNoSnapshotAboveThoseSignedHere() {
    admits(snapshots, content(snapshots, "1:targets1"));
    judged("SNAPSHOT_NOT_ISSUED", timestamps, content(timestamps, "1:2"));
    judged("admit", timestamps, content(timestamps, "1:1"));
    judged("SNAPSHOT_NOT_ISSUED", timestamps, content(timestamps, "2:2147483647"));
    repositories()
        .setCustody(TestCaller.ALL, STRICT, Custody.PUBLISHER, "signed elsewhere now")
        .join();
    judged("admit", timestamps, content(timestamps, "2:2"));
  }

  @Test
  void aRepositoryThatBeganElsewhereGoesOnFromItsRegisteredStart() {
    judged("FIRST_VERSION_TOO_HIGH", timestamps, content(timestamps, "42:9"));
    repositories()
        .registerStart(TestCaller.ALL, STRICT, new Version(41), new Version(9), "was elsewhere")
        .join();
    judged("FIRST_VERSION_TOO_HIGH", timestamps, content(timestamps, "43:9"));
    judged("admit", timestamps, content(timestamps, "42:9"));
    judged("admit", snapshots, content(snapshots, "10:targets1"));
  }

  // TUF specification 5.3.11: clients forget what they had once the root replaces the keys.
  @Test
  void aNewKeyMayBeginAgainAtAnyVersionItsRepositoryHad() {
    admits(timestamps, content(timestamps, "1:5"));
    admits(timestamps, content(timestamps, "2:5"));
    KeyRecord rotated = bench.tufKey(STRICT, Role.TIMESTAMP);
    judged("FIRST_VERSION_TOO_HIGH", rotated, content(rotated, "4:5"));
    judged("admit", rotated, content(rotated, "1:1"));
    judged("VERSION_ROLLBACK", timestamps, content(timestamps, "1:5"));
    judged("admit", timestamps, content(timestamps, "3:5"));
  }

  @ParameterizedTest(name = "{0} valid for {1}: {2}")
  @CsvSource({
    "TIMESTAMP, PT59M59S, EXPIRED",
    "TIMESTAMP, PT1H, admit",
    "TIMESTAMP, P15D, admit",
    "TIMESTAMP, P15DT1S, EXPIRY_TOO_FAR",
    "SNAPSHOT, P91D, admit",
    "SNAPSHOT, P91DT1S, EXPIRY_TOO_FAR",
  })
  void livesAsLongAsItsRoleMay(Role role, Duration life, String verdict) {
    KeyRecord key = role == Role.TIMESTAMP ? timestamps : snapshots;
    String written = role == Role.TIMESTAMP ? "1:1" : "1:targets1";
    judged(verdict, key, content(key, written, START.plus(life)));
  }

  @Test
  void aNotaryTimestampIsNoneOfTuf() {
    judged("UNKNOWN_FIELD", timestamps, timestampOfNotary("timestamp"));
    judged("WRONG_TYPE", timestamps, timestampOfNotary("Timestamp"));
    judged("WRONG_TYPE", timestampKey(), content(timestamps, "1:1"));
  }

  @Test
  void aRepositorySpeaksOneDialect() {
    for (Dialect other : Dialect.values()) {
      RepositoryName repository = other == Dialect.TUF ? SigningBench.APP : STRICT;
      bench.key(SigningBench.APP, Role.SNAPSHOT);
      var made =
          bench.keys.create(TestCaller.ALL, other, repository, Role.SNAPSHOT, Algorithm.ECDSA);
      var refused = assertThrows(RefusedException.class, () -> Keys.joined(made));
      assertEquals(Refusal.REQUEST_INVALID, refused.reason(), other.id());
    }
  }

  @Test
  void theRouteOfNotaryServerSignsNothingOfTuf() {
    var request =
        new SigningRequest(
            null,
            new SigningRequest.KeySelector.ById(timestamps.id()),
            content(timestamps, "1:1"),
            null);
    long calls = token.signCalls();
    assertEquals(
        Refusal.WRONG_TYPE,
        SigningBench.refusal(bench.signing.sign(TestCaller.ALL, request).join()));
    assertEquals(calls, token.signCalls());
  }

  @Test
  void answersAreInHexadecimalDer() {
    SigningOutcome.Signed signed = admits(timestamps, content(timestamps, "1:1"));
    String sig =
        MetadataDialects.of(signed.dialect()).encode(signed.algorithm(), signed.signature());
    assertTrue(sig.matches("30[0-9a-f]{2}02[0-9a-f]+"), sig);
    assertEquals(2 * (Integer.parseInt(sig.substring(2, 4), 16) + 2), sig.length());
  }

  private byte[] timestampOfNotary(String type) {
    return new String(timestamp(1, "one"), StandardCharsets.US_ASCII)
        .replace("\"Timestamp\"", "\"" + type + "\"")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Repositories repositories() {
    return new Repositories(bench.ledger, bench.registry, bench.access, clock);
  }

  private void judgesTheNext(KeyRecord key, String history, String proposal, String verdict) {
    if (history != null) {
      for (String each : history.split(" ", -1)) {
        byte[] signed = content(key, each);
        assertEquals("admit", SigningBench.verdict(bench.sign(key, signed)), each);
      }
    }
    judged(verdict, key, content(key, proposal));
  }

  private byte[] content(KeyRecord key, String written) {
    Duration life = Duration.ofDays(1);
    int dot = written.indexOf('.');
    // Other bytes of the same: a second later for each letter.
    return dot < 0
        ? content(key, written, START.plus(life))
        : content(key, written.substring(0, dot), START.plus(life).plusSeconds(1));
  }

  private static byte[] content(KeyRecord key, String written, Instant expires) {
    String[] parts = written.split(":", -1);
    String meta =
        key.role() == Role.TIMESTAMP
            ? file("snapshot" + parts[1])
            : Arrays.stream(parts[1].split(",", -1))
                .sorted()
                .map(TufRulesTest::file)
                .collect(Collectors.joining(","));
    return ("{\"_type\":\"%s\",\"expires\":\"%s\",\"meta\":{%s},\"spec_version\":\"1.0.31\","
            + "\"version\":%s}")
        .formatted(key.role().id(), expires.truncatedTo(ChronoUnit.SECONDS), meta, parts[0])
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A member of {@code meta} from its name, version and the name of its digest, if it has one. */
  private static String file(String written) {
    String[] parts = written.split("=", -1);
    int digits = parts[0].length() - parts[0].replaceAll("[^0-9]", "").length();
    String hashes =
        parts.length == 1
            ? ""
            : "\"hashes\":{\"sha256\":\"%s\"},"
                .formatted(Sha256.of(parts[1].getBytes(StandardCharsets.UTF_8)).hex());
    return "\"%s.json\":{%s\"version\":%s}"
        .formatted(parts[0].substring(0, digits), hashes, parts[0].substring(digits));
  }
}
