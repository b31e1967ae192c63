package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.access.Operation;
import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.keys.Repositories;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator's word on a whole repository does (RULES V-3, F-3; DESIGN section 3). */
class RepositoryRulesTest {
  private static final RepositoryName APP = SigningBench.APP;
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");
  private static final MetaFile FOREIGN = SigningBench.file("signed elsewhere");

  /** Each ends with a ledger that verifies. */
  abstract static class OnRecord extends PathTest {
    Repositories repositories() {
      return new Repositories(bench.ledger, bench.registry, bench.access, clock);
    }

    Repositories.Repository retire() {
      return repositories().retire(TestCaller.ALL, APP, "deleted on the server").join();
    }

    Repositories.Repository custody(Custody custody) {
      return repositories().setCustody(TestCaller.ALL, APP, custody, "asked for").join();
    }

    @AfterEach
    void theLedgerBearsItOut() {
      rows();
      var verified = LedgerVerifier.verify(LedgerReader.of(directory.resolve("ledger.db")));
      assertEquals(List.of(), verified.findings());
    }
  }

  /** REPOSITORY_RETIRED. */
  @Nested
  class ARetiredRepository extends OnRecord {
    @Test
    void signsWithNoKeyItHadThen() {
      KeyRecord timestamps = timestampKey();
      KeyRecord snapshots = snapshotKey();
      admits(timestamps, timestamp(1, "one"));
      assertEquals(2, retire().keys().size());
      refuses(Refusal.REPOSITORY_RETIRED, timestamps, timestamp(2, "two"));
      refuses(Refusal.REPOSITORY_RETIRED, snapshots, snapshot(1, "one"));
      reopen();
      refuses(Refusal.REPOSITORY_RETIRED, timestamps, timestamp(2, "two"));
      assertEquals(KeyStatus.RETIRED, bench.keys.get(TestCaller.ALL, snapshots.id()).status());
    }

    @Test
    void leavesOtherRepositoriesAlone() {
      timestampKey();
      KeyRecord other = bench.key(OTHER, Role.TIMESTAMP);
      retire();
      admits(other, timestamp(1, "one"));
    }

    @Test
    void mayBeginAnewWithNewKeys() {
      KeyRecord old = timestampKey();
      retire();
      KeyRecord renewed = timestampKey();
      assertNotEquals(old.id(), renewed.id());
      admits(renewed, timestamp(1, "one"));
      refuses(Refusal.REPOSITORY_RETIRED, old, timestamp(1, "one"));
    }

    @Test
    void hasOneRowForEachKeyAndNoneTheSecondTime() {
      timestampKey();
      snapshotKey();
      retire();
      assertEquals("retired", newestRow().text("status"));
      assertEquals("deleted on the server", newestRow().text("reason"));
      int rows = rows().size();
      retire();
      assertEquals(rows, rows().size());
    }

    @Test
    void staysRetiredWhateverIsDoneToAKeyThatWasReadBefore() {
      KeyRecord key = timestampKey();
      retire();
      KeyRecord answered =
          bench
              .ledger
              .setStatus(key, KeyStatus.FROZEN, "CN=operator", "too late", clock.instant())
              .join();
      assertEquals(KeyStatus.RETIRED, answered.status());
      assertEquals("retired", newestRow().text("status"));
    }

    @Test
    void tellsAPublisherWhatToDoInOneGrpcMessage() {
      KeyRecord key = timestampKey();
      retire();
      RefusedException refusal = refuses(Refusal.REPOSITORY_RETIRED, key, timestamp(1, "one"));
      assertTrue(refusal.remedy().contains("notary delete GUN"), refusal.remedy());
      assertTrue(refusal.toString().length() <= 512, refusal.toString());
    }
  }

  /** SNAPSHOT_NOT_ISSUED. */
  @Nested
  class SnapshotCustody extends OnRecord {
    private KeyRecord linked() {
      KeyRecord timestamps = timestampKey();
      admits(timestamps, bench.timestamp(1, issued(snapshotKey(), 1, "one")));
      return timestamps;
    }

    @Test
    void isHereUntilTheOperatorSaysOtherwise() {
      KeyRecord timestamps = linked();
      RefusedException refusal =
          refuses(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, bench.timestamp(2, FOREIGN));
      String command = "chancery repository custody registry.example/team/app publisher";
      assertTrue(refusal.remedy().endsWith(command), refusal.remedy());
      assertTrue(refusal.toString().length() <= 512, refusal.toString());
      custody(Custody.PUBLISHER);
      admits(timestamps, bench.timestamp(2, FOREIGN));
    }

    @Test
    void canComeBackOnceATimestampNamesASnapshotSignedHere() {
      KeyRecord timestamps = linked();
      custody(Custody.PUBLISHER);
      admits(timestamps, bench.timestamp(2, FOREIGN));
      custody(Custody.HERE);
      reopen();
      admits(timestamps, bench.timestamp(3, issued(snapshotKey(), 2, "two")));
      refuses(
          Refusal.SNAPSHOT_NOT_ISSUED,
          timestamps,
          bench.timestamp(4, SigningBench.file("signed elsewhere again")));
    }

    @Test
    void withThePublisherStillLetsNoOlderSnapshotBeNamed() {
      KeyRecord timestamps = timestampKey();
      KeyRecord snapshots = snapshotKey();
      MetaFile first = issued(snapshots, 1, "one");
      admits(timestamps, bench.timestamp(1, issued(snapshots, 2, "two")));
      custody(Custody.PUBLISHER);
      refuses(Refusal.SNAPSHOT_ROLLBACK, timestamps, bench.timestamp(2, first));
    }

    @Test
    void isOneRepositorysAlone() {
      KeyRecord timestamps = linked();
      bench.key(OTHER, Role.TIMESTAMP);
      repositories().setCustody(TestCaller.ALL, OTHER, Custody.PUBLISHER, "theirs").join();
      refuses(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, bench.timestamp(2, FOREIGN));
    }

    @Test
    void isARowWhenItChangesAndOnlyThen() {
      linked();
      custody(Custody.PUBLISHER);
      assertEquals("repository", newestRow().text("kind"));
      assertEquals("publisher", newestRow().text("custody"));
      assertEquals("asked for", newestRow().text("reason"));
      int rows = rows().size();
      custody(Custody.PUBLISHER);
      assertEquals(rows, rows().size());
    }
  }

  /** FIRST_VERSION_TOO_HIGH. */
  @Nested
  class ARegisteredStart extends OnRecord {
    private void register(int timestamp, int snapshot) {
      repositories()
          .registerStart(
              TestCaller.ALL, APP, new Version(timestamp), new Version(snapshot), "migrated")
          .join();
    }

    @ParameterizedTest(name = "{0} key, starts 5000 and 3000 registered, at {1}: {2}")
    @CsvSource({
      "TIMESTAMP, 6000, admit",
      "TIMESTAMP, 6001, FIRST_VERSION_TOO_HIGH",
      "SNAPSHOT, 6000, admit",
      "SNAPSHOT, 6001, FIRST_VERSION_TOO_HIGH",
    })
    void isWhereANewKeyMayGoOn(Role role, int version, String verdict) {
      register(5000, 3000);
      KeyRecord key = bench.key(APP, role);
      judged(verdict, key, metadata(key, version, "first"));
    }

    @Test
    void ofTheTimestampsAloneCountsForSnapshotsToo() {
      repositories().registerStart(TestCaller.ALL, APP, new Version(5000), null, "part").join();
      KeyRecord key = snapshotKey();
      admits(key, snapshot(6000, "first"));
    }

    @Test
    void ofTheSnapshotsDoesNotCountForTimestamps() {
      repositories().registerStart(TestCaller.ALL, APP, null, new Version(5000), "part").join();
      KeyRecord key = timestampKey();
      refuses(Refusal.FIRST_VERSION_TOO_HIGH, key, timestamp(1001, "first"));
      admits(key, timestamp(1000, "first"));
    }

    @Test
    void isKeptWhenCustodyChanges() {
      register(5000, 3000);
      timestampKey();
      custody(Custody.PUBLISHER);
      assertEquals(
          List.of(
              new RepositorySettings(APP, Custody.PUBLISHER, new Version(5000), new Version(3000))),
          bench.ledger.repositories());
    }
  }

  /** Who may say it, and of what. */
  @Nested
  class TheOperatorsWord extends OnRecord {
    private CompletableFuture<?> said(Operation operation, TestCaller caller, RepositoryName name) {
      return switch (operation) {
        case RETIRE_REPOSITORY -> repositories().retire(caller, name, "r");
        case SET_CUSTODY -> repositories().setCustody(caller, name, Custody.PUBLISHER, "r");
        case ADOPT_KEY -> repositories().registerStart(caller, name, new Version(7), null, "r");
        default -> throw new IllegalArgumentException("not of repositories: " + operation);
      };
    }

    private static Refusal refused(CompletableFuture<?> answer) {
      var failure = assertThrows(CompletionException.class, answer::join);
      return assertInstanceOf(RefusedException.class, failure.getCause()).reason();
    }

    @ParameterizedTest
    @EnumSource(names = {"RETIRE_REPOSITORY", "SET_CUSTODY", "ADOPT_KEY"})
    void needsTheOperationAndTheRepository(Operation operation) {
      timestampKey();
      var without = EnumSet.complementOf(EnumSet.of(operation));
      var other = new TestCaller("CN=other", without, repository -> true);
      assertEquals(Refusal.ROLE_NOT_ALLOWED, refused(said(operation, other, APP)));
      var elsewhere = new TestCaller("CN=e", EnumSet.of(operation), OTHER::equals);
      assertEquals(Refusal.REPOSITORY_NOT_ALLOWED, refused(said(operation, elsewhere, APP)));
      assertEquals("REPOSITORY_NOT_ALLOWED", newestRow().text("control"));
      said(operation, new TestCaller("CN=op", EnumSet.of(operation), APP::equals), APP).join();
    }

    @ParameterizedTest
    @EnumSource(names = {"RETIRE_REPOSITORY", "SET_CUSTODY"})
    void isNotTakenOfARepositoryWithoutAKey(Operation operation) {
      assertEquals(Refusal.KEY_UNKNOWN, refused(said(operation, TestCaller.ALL, APP)));
      assertEquals("KEY_UNKNOWN", newestRow().text("control"));
      timestampKey();
      said(operation, TestCaller.ALL, APP).join();
    }
  }
}
