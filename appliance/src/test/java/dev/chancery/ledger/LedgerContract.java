package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a ledger does wherever it is kept. */
abstract class LedgerContract {
  private LedgerBench bench;

  /** A place without a ledger. */
  abstract LedgerBench.Place newPlace();

  /** Reads the ledger that is there now. */
  abstract LedgerReader reader();

  @BeforeEach
  void make() {
    bench = new LedgerBench(newPlace(), PolicySettings.NOTARY, true);
  }

  @AfterEach
  void verify() {
    if (bench != null) {
      bench.close();
      assertEquals(List.of(), LedgerVerifier.verify(reader()).findings());
    }
  }

  @Test
  void anAdmissionMovesTheWatermarkAndARefusalIsOnTheRecord() {
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 1, "one")));
    assertEquals(2, bench.ledger.watermarks().getFirst().version().number());
    assertEquals("VERSION_ROLLBACK", lastRow().text("control"));
  }

  @Test
  void aRepeatedRequestGetsTheSignatureThatWasIssued() {
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    Proposal proposal = bench.proposal(key, 1, "one");
    Recorded first = bench.ledger.record(proposal, bench.policy, bench.now).join();
    assertEquals(first.sequence(), first.contentSequence());
    Recorded unsigned = bench.ledger.record(proposal, bench.policy, bench.now).join();
    assertEquals(first.sequence(), unsigned.contentSequence());
    assertNull(unsigned.earlierSignature());
    RawSignature signature = new RawSignature(LedgerBench.bytes("the signature"));
    bench.ledger.issued(unsigned, signature, null, bench.now).join();
    Recorded again = bench.ledger.record(proposal, bench.policy, bench.now).join();
    assertEquals(signature, again.earlierSignature());
  }

  @Test
  void severalContentsOfOneVersionAreKeptUntilTheNext() {
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    for (String content : List.of("a", "b", "c", "a")) {
      bench.issue(bench.proposal(key, 1, content));
    }
    WatermarkView watermark = bench.ledger.watermarks().getFirst();
    assertEquals(3, watermark.contents());
    bench.issue(bench.proposal(key, 2, "d"));
    assertEquals(1, bench.ledger.watermarks().getFirst().contents());
  }

  @Test
  void everythingIsTheSameAfterItIsOpenedAgain() {
    KeyRecord timestamps = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    KeyRecord snapshots = bench.key(LedgerBench.APP, Role.SNAPSHOT);
    for (int version = 1; version <= 3; version++) {
      MetaFile served = bench.issue(bench.proposal(snapshots, version, "v" + version));
      bench.issue(bench.proposal(timestamps, version, Map.of("snapshot", served)));
      bench.now = bench.now.plusSeconds(17);
    }
    List<WatermarkView> watermarks = bench.ledger.watermarks();
    List<KeyRecord> keys = bench.ledger.keys();
    LedgerHead head = bench.ledger.head();
    assertEquals(2, watermarks.size());
    bench.reopen();
    assertEquals(watermarks, bench.ledger.watermarks());
    assertEquals(keys, bench.ledger.keys());
    assertEquals(head, bench.ledger.head());
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(snapshots, 2, "v2")));
    assertEquals("META_ROLLBACK", bench.verdict(bench.proposal(snapshots, 4, "v2")));
    assertEquals("SNAPSHOT_NOT_ISSUED", bench.verdict(bench.proposal(timestamps, 4, "x")));
  }

  @Test
  void keysOfTheTokenAndForeignOnesAreKeptAndRetiredForEver() {
    KeyRecord resident = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    KeyRecord foreign =
        bench.ledger.addKey(bench.foreignKey(LedgerBench.APP, Role.SNAPSHOT)).join();
    assertEquals(List.of(resident, foreign), bench.ledger.keys());
    bench.ledger.setStatus(resident, KeyStatus.FROZEN, "CN=op", "test", bench.now).join();
    assertEquals(KeyStatus.FROZEN, bench.ledger.keys().getFirst().status());
    assertEquals(2, bench.ledger.retire(LedgerBench.APP, "CN=op", "gone", bench.now).join().size());
    bench.ledger.setStatus(resident, KeyStatus.ACTIVE, "CN=op", "test", bench.now).join();
    assertTrue(bench.ledger.keys().stream().allMatch(key -> key.status() == KeyStatus.RETIRED));
  }

  @Test
  void whatOperatorsSayOfARepositoryIsKept() {
    RepositorySettings said =
        new RepositorySettings(LedgerBench.APP, Custody.HERE, new Version(7), null);
    bench
        .ledger
        .changeRepository(LedgerBench.APP, before -> said, "CN=op", "test", bench.now)
        .join();
    assertEquals(List.of(said), bench.ledger.repositories());
    bench.reopen();
    assertEquals(List.of(said), bench.ledger.repositories());
  }

  @Test
  void rowsAreReadFromAnyOnInOrder() {
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    bench.issue(bench.proposal(key, 1, "one"));
    List<byte[]> all = bench.rows();
    bench.ledger.rows(2, (sequence, body) -> assertArrayEquals(all.get((int) sequence), body));
    assertEquals(all.size() - 1, bench.ledger.head().sequence());
    assertEquals(RowChain.hash(all.getLast()), bench.ledger.head().hash());
    assertEquals(bench.now, bench.ledger.trustedTime());
  }

  @Test
  void refusalsThatNoRuleMadeAreOnTheRecord() {
    RefusedException refusal =
        new RefusedException(Refusal.KEY_UNKNOWN, "no key", "a key", "make one");
    bench.ledger.refused(
        new RefusalEntry(bench.now, "CN=x", "sign-snapshot", null, null, null, refusal));
    bench.ledger.probe(bench.now).join();
    assertEquals("KEY_UNKNOWN", lastRow().text("control"));
  }

  private ParsedRow lastRow() {
    return ParsedRow.of(bench.rows().getLast());
  }
}
