package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request that was prepared while its key was active, and comes to its row when it is not: the
 * status on the record counts, not the one that the request brings.
 */
class StatusAtTheRowTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "FROZEN, KEY_FROZEN",
    "SUSPENDED, KEY_SUSPENDED",
    "RETIRED, REPOSITORY_RETIRED",
  })
  void aKeyTakenOutOfUseAdmitsNothingMore(KeyStatus status, String refusal) {
    Path file = directory.resolve("ledger.db");
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      KeyRecord other = bench.key(LedgerBench.APP, Role.SNAPSHOT);
      assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
      // Nobody waits for the change: what was asked first comes first.
      var _ = bench.ledger.setStatus(key, status, "CN=op", "test", bench.now);
      assertEquals(refusal, bench.verdict(bench.proposal(key, 2, "two")));
      assertEquals(refusal, bench.verdict(bench.proposal(key, 1, "one")), "the same bytes too");
      assertEquals("admit", bench.verdict(bench.proposal(other, 1, "one")));
      bench.reopen();
      assertEquals(refusal, bench.verdict(bench.proposal(key, 2, "two")));
      ParsedRow row = ParsedRow.of(bench.rows().getLast());
      assertEquals(refusal, row.text("control"));
    }
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
  }

  @Test
  void aKeyThatIsNotOnTheRecordAdmitsNothingAndHarmsNobodyInItsBatch() {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"));
        LedgerBench elsewhere = new LedgerBench(directory.resolve("elsewhere.db"))) {
      KeyRecord stranger = elsewhere.key(LedgerBench.APP, Role.TIMESTAMP);
      assertEquals("KEY_UNKNOWN", bench.verdict(bench.proposal(stranger, 1, "one")));
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
    }
  }

  @Test
  void aKeyThatIsActiveAgainGoesOnWhereItWas() {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
      bench.ledger.setStatus(key, KeyStatus.FROZEN, "CN=op", "test", bench.now).join();
      bench.ledger.setStatus(key, KeyStatus.ACTIVE, "CN=op", "test", bench.now).join();
      assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    }
  }
}
