package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Role;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests to the ledger and to {@link FullHistoryModel}, which keeps everything ever
 * admitted: the frontier that the ledger keeps instead must give the same verdicts (ADR-0006).
 */
class PolicyModelTest {
  private static final int STEPS = 2_000;
  private static final int RESTART_EVERY = 250;

  private static final int RESTORE_EVERY = 50;

  @TempDir Path directory;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 22, 333})
  void theLedgerJudgesAsTheFullHistoryDoes(long seed) {
    try (Run run = new Run(new LedgerBench(directory.resolve("ledger.db"), plenty()), seed)) {
      for (int step = 1; step <= STEPS; step++) {
        run.step(step);
      }
      run.requireVariety();
    }
  }

  @Test
  void aRestoredLedgerJudgesAsTheFullHistoryDoes() throws IOException {
    try (Run run = new Run(new LedgerBench(directory.resolve("ledger.db"), plenty()), 4_444)) {
      for (int step = 1; step <= STEPS / 4; step++) {
        run.step(step);
        if (step % RESTORE_EVERY == 0) {
          run.bench.restore();
        }
      }
      run.requireVariety();
    }
  }

  private static PolicySettings plenty() {
    return PolicySettings.NOTARY.withBudgets(Budgets.BENCH);
  }

  /** One walk: a repository with a few keys of either role, and files that come again. */
  private static final class Run implements AutoCloseable {
    private final LedgerBench bench;
    private final Random random;
    private final FullHistoryModel model = new FullHistoryModel();
    private final List<KeyRecord> keys = new ArrayList<>();
    private final List<MetaFile> served = new ArrayList<>();
    private final Map<String, Integer> verdicts = new TreeMap<>();
    private int fresh;

    Run(LedgerBench bench, long seed) {
      this.bench = bench;
      this.random = new Random(seed);
      add(Role.TIMESTAMP);
      add(Role.SNAPSHOT);
    }

    void step(int step) {
      bench.now = bench.now.plus(Duration.ofSeconds(1 + random.nextInt(100)));
      if (step % RESTART_EVERY == 0) {
        bench.reopen();
      }
      if (random.nextInt(60) == 0) {
        add(random.nextBoolean() ? Role.TIMESTAMP : Role.SNAPSHOT);
      }
      // The newest keys mostly: a rotated key is used for a while beside its successor.
      KeyRecord key = keys.get(Math.max(0, keys.size() - 1 - random.nextInt(4)));
      request(step, key, version(key), meta(key));
    }

    private void request(int step, KeyRecord key, int version, Map<String, MetaFile> meta) {
      Proposal proposal = bench.proposal(key, version, meta);
      String expected = model.judge(key, version, meta);
      String actual = bench.verdict(proposal);
      assertEquals(
          expected,
          actual,
          () -> "step %d: key %d, version %d, %s".formatted(step, key.number(), version, meta));
      verdicts.merge(actual, 1, Integer::sum);
      if (!actual.equals("admit")) {
        return;
      }
      model.admit(key, version, meta);
      if (key.role() == Role.SNAPSHOT && random.nextInt(8) != 0) {
        MetaFile file = bench.issue(proposal); // The same bytes again: signed this time.
        model.issued(key, version, file);
        served.add(file);
      }
    }

    private void add(Role role) {
      KeyRecord key = bench.key(LedgerBench.APP, role);
      keys.add(key);
    }

    private int version(KeyRecord key) {
      int watermark = model.watermark(key);
      if (watermark == 0) {
        int highest = model.highest(key.role());
        return random.nextInt(10) == 0
            ? highest + 999 + random.nextInt(4)
            : Math.max(1, highest + random.nextInt(3));
      }
      int[] nearby = {0, 0, 0, 1, 1, 1, 1, 1, -1, 2};
      return Math.max(1, watermark + nearby[random.nextInt(nearby.length)]);
    }

    private Map<String, MetaFile> meta(KeyRecord key) {
      if (key.role() == Role.TIMESTAMP) {
        return Map.of("snapshot", named());
      }
      Map<String, MetaFile> meta = new TreeMap<>();
      meta.put("root", LedgerBench.meta("root"));
      meta.put("targets", file("targets"));
      for (String delegation : List.of("targets/a", "targets/b")) {
        if (random.nextInt(12) != 0) {
          meta.put(delegation, file(delegation));
        }
      }
      return meta;
    }

    private MetaFile named() {
      if (served.isEmpty() || random.nextInt(12) == 0) {
        return LedgerBench.meta("foreign " + random.nextInt(6));
      }
      MetaFile file = served.get(Math.max(0, served.size() - 1 - random.nextInt(6)));
      return random.nextInt(40) == 0
          ? new MetaFile(file.sha256(), file.sha512(), file.length() + 1)
          : file;
    }

    // One of the last few: so that files come again, and superseded ones too.
    private MetaFile file(String name) {
      if (random.nextInt(4) == 0) {
        fresh++;
      }
      return LedgerBench.meta(name + Math.max(0, fresh - random.nextInt(5)));
    }

    void requireVariety() {
      for (String verdict :
          List.of(
              "admit",
              "VERSION_ROLLBACK",
              "VERSION_JUMP",
              "FIRST_VERSION_TOO_HIGH",
              "META_ROLLBACK",
              "META_NAME_LOST",
              "SNAPSHOT_NOT_ISSUED",
              "SNAPSHOT_ROLLBACK")) {
        assertTrue(verdicts.getOrDefault(verdict, 0) > 0, () -> verdict + " in " + verdicts);
      }
    }

    @Override
    public void close() {
      bench.close();
    }
  }
}
