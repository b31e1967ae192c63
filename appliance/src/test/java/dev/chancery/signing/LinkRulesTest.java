package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha512;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which snapshot a timestamp may name (DESIGN section 3, hash link). */
class LinkRulesTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");
  private static final MetaFile FOREIGN = SigningBench.file("signed elsewhere");

  /** A repository with two keys and two snapshots signed here. */
  abstract static class WithSnapshots extends PathTest {
    KeyRecord timestamps;
    KeyRecord snapshots;
    MetaFile first;
    MetaFile second;

    @BeforeEach
    void issueTwo() {
      timestamps = timestampKey();
      snapshots = snapshotKey();
      first = issued(snapshots, 1, "one");
      second = issued(snapshots, 2, "two");
    }

    void names(KeyRecord key, int version, MetaFile snapshot) {
      admits(key, bench.timestamp(version, snapshot));
    }

    void mayNotName(Refusal reason, KeyRecord key, int version, MetaFile snapshot) {
      refuses(reason, key, bench.timestamp(version, snapshot));
    }
  }

  /** SNAPSHOT_NOT_ISSUED. */
  @Nested
  class ASnapshotNotSignedHere extends WithSnapshots {
    @Test
    void isRefusedOnceEveryPredecessorWasSignedHere() {
      names(timestamps, 1, first);
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, 2, FOREIGN);
      names(timestamps, 2, second);
    }

    @Test
    void mayBeNamedWithoutPredecessors() {
      names(timestamps, 1, FOREIGN);
      names(timestamps, 1, SigningBench.file("another"));
    }

    @Test
    void mayFollowAnotherOne() {
      names(timestamps, 1, FOREIGN);
      names(timestamps, 2, SigningBench.file("another"));
    }

    @Test
    void mayFollowWhereOneOfTwoPredecessorsWasForeign() {
      names(timestamps, 1, first);
      names(timestamps, 1, FOREIGN);
      names(timestamps, 2, SigningBench.file("another"));
    }

    @Test
    void isRefusedAtTheWatermarkAsAboveIt() {
      names(timestamps, 1, first);
      names(timestamps, 2, second);
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, 2, FOREIGN);
    }

    @Test
    void isOneOfAnotherRepository() {
      KeyRecord theirs = bench.key(OTHER, Role.SNAPSHOT);
      MetaFile elsewhere = issued(theirs, 1, "theirs");
      names(timestamps, 1, first);
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, 2, elsewhere);
    }

    @Test
    void isOneWithAnotherLength() {
      mayNotName(
          Refusal.SNAPSHOT_NOT_ISSUED,
          timestamps,
          1,
          new MetaFile(second.sha256(), second.sha512(), second.length() + 1));
      names(timestamps, 1, second);
    }

    @Test
    void isOneWithAnotherSha512() {
      mayNotName(
          Refusal.SNAPSHOT_NOT_ISSUED,
          timestamps,
          1,
          new MetaFile(second.sha256(), Sha512.of(new byte[1]), second.length()));
      names(timestamps, 1, second);
    }
  }

  /** The first version of a timestamp key that replaces another. */
  @Nested
  class ARotatedTimestampKey extends WithSnapshots {
    KeyRecord rotated;

    @BeforeEach
    void rotate() {
      names(timestamps, 1, first);
      names(timestamps, 2, second);
      rotated = timestampKey();
    }

    @Test
    void followsWhatThePreviousKeySignedAtTheVersionBefore() {
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, rotated, 3, FOREIGN);
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, rotated, 3, first);
      names(rotated, 3, second);
    }

    @Test
    void followsItWithEveryContentOfItsFirstVersion() {
      names(rotated, 3, second);
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, rotated, 3, FOREIGN);
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, rotated, 3, first);
      reopen();
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, rotated, 3, FOREIGN);
      names(rotated, 3, issued(snapshots, 3, "three"));
    }

    @Test
    void followsNothingWhereThePreviousKeyHasNotThatVersion() {
      names(rotated, 4, FOREIGN);
      names(rotated, 4, SigningBench.file("another"));
    }

    @Test
    void isLinkedToItselfFromItsSecondVersionOn() {
      names(rotated, 4, second);
      mayNotName(Refusal.SNAPSHOT_NOT_ISSUED, rotated, 5, FOREIGN);
      names(rotated, 5, second);
    }

    @Test
    void isNotComparedWithASnapshotTheOldKeyNamesLater() {
      names(rotated, 3, second);
      names(timestamps, 3, issued(snapshots, 3, "three"));
      names(rotated, 4, second);
    }
  }

  /** SNAPSHOT_ROLLBACK. */
  @Nested
  class AnOlderSnapshot extends WithSnapshots {
    @Test
    void isRefusedWhereEveryPredecessorNamedANewerOne() {
      names(timestamps, 1, second);
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, timestamps, 2, first);
      names(timestamps, 2, second);
    }

    @Test
    void mayBeNamedWhereOnlyOnePredecessorNamedANewerOne() {
      names(timestamps, 1, second);
      names(timestamps, 1, first);
      names(timestamps, 2, first);
    }

    @Test
    void mayBeNamedAfterAForeignOne() {
      names(timestamps, 1, second);
      names(timestamps, 1, FOREIGN);
      names(timestamps, 2, first);
    }

    @Test
    void isRefusedMoreThanOneVersionBelowItsKeysWatermark() {
      names(timestamps, 1, first);
      issued(snapshots, 3, "three");
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, timestamps, 2, first);
      names(timestamps, 2, second);
    }

    @Test
    void isRefusedSoWithoutPredecessorsToo() {
      issued(snapshots, 3, "three");
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, timestamps, 1, first);
      names(timestamps, 1, second);
    }

    @Test
    void isOneOfTheKeyBeforeWhateverItsVersion() {
      MetaFile ofNewKey = issued(snapshotKey(), 1, "new key");
      names(timestamps, 1, second);
      names(timestamps, 2, ofNewKey);
      MetaFile newestOfOldKey = issued(snapshots, 3, "three");
      mayNotName(Refusal.SNAPSHOT_ROLLBACK, timestamps, 3, newestOfOldKey);
      names(timestamps, 3, ofNewKey);
    }

    @Test
    void isNotAnotherContentOfTheSameVersion() {
      MetaFile other = issued(snapshots, 2, "two again");
      names(timestamps, 1, other);
      names(timestamps, 2, second);
    }
  }

  /** What the ledger keeps of a snapshot is the file the trust server serves. */
  @Nested
  class TheServedFile extends WithSnapshots {
    @Test
    void standsInTheIssuedRow() {
      var row = newestRow();
      assertEquals("issued", row.text("kind"));
      assertEquals(second.sha256().hex(), row.text("fileSha256"));
      assertEquals(String.valueOf(second.sha512()), row.text("fileSha512"));
      assertEquals(second.length(), row.number("fileLength"));
    }
  }
}
