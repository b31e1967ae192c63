package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.policy.Proposal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The race of {@link RaceBetweenCheckAndCommit} at one node. */
class RaceTest {
  private static final int CALLERS = 64;

  @TempDir Path directory;

  @Test
  void ofManyWhoWantOneVersionWithOneContentExactlyOneMakesANewDecision() throws Exception {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      Proposal one = bench.proposal(key, 1, "one");
      List<Recorded> admitted = race(bench).run(CALLERS, i -> one);
      assertEquals(CALLERS, admitted.size());
      long first = admitted.stream().mapToLong(Recorded::sequence).min().orElseThrow();
      assertEquals(
          List.of(first),
          admitted.stream().map(Recorded::contentSequence).distinct().toList(),
          "all others repeat the one new decision");
      RaceBetweenCheckAndCommit.assertOneNewDecision(bench.ledger, key.id().hex(), 1);
      assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(bench.file)).findings());
    }
  }

  @Test
  void ofManyWithContentsOfTheirOwnOneRaisesTheWatermarkAndTheOthersAreCountedBesideIt()
      throws Exception {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.issue(bench.proposal(key, 1, "before"));
      List<Recorded> admitted =
          race(bench).run(CALLERS, i -> bench.proposal(key, 2, "content " + i));
      assertEquals(CALLERS, admitted.size());
      RaceBetweenCheckAndCommit.assertOneNewDecision(bench.ledger, key.id().hex(), 2);
      assertEquals(CALLERS, bench.ledger.watermarks().getFirst().contents());
      assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(bench.file)).findings());
    }
  }

  private static RaceBetweenCheckAndCommit race(LedgerBench bench) {
    return new RaceBetweenCheckAndCommit(List.of(bench.ledger), bench.policy, bench.now);
  }
}
