package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A ledger in a file: made once, opened by one, added to only, and the same after it is reopened.
 */
class SqliteLedgerTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameIt() {
    file = directory.resolve("ledger.db");
  }

  @Test
  void aMissingLedgerIsNotMadeByOpeningIt() {
    var failure = assertThrows(LedgerException.class, () -> open());
    assertTrue(String.valueOf(failure.getMessage()).contains("does not exist"));
    assertFalse(Files.exists(file));
  }

  @Test
  void aLedgerIsMadeOnlyOnce() {
    SqliteLedger.create(file, LedgerBench.LEDGER_ID, LedgerBench.START);
    LedgerHead head = LedgerReader.of(file).head();
    assertThrows(
        LedgerException.class,
        () -> SqliteLedger.create(file, LedgerBench.LEDGER_ID, LedgerBench.START));
    assertEquals(head, LedgerReader.of(file).head());
    assertEquals(LedgerBench.LEDGER_ID, head.ledgerId());
    assertEquals(0, head.sequence());
    assertEquals(LedgerBench.START, head.time());
  }

  @Test
  void aLedgerOfAnotherSchemaIsNotOpenedAndStaysUnlocked() throws SQLException {
    SqliteLedger.create(file, LedgerBench.LEDGER_ID, LedgerBench.START);
    execute("PRAGMA user_version = " + (Sqlite.SCHEMA + 1));
    var failure = assertThrows(LedgerException.class, () -> open());
    assertTrue(String.valueOf(failure.getMessage()).contains("schema " + (Sqlite.SCHEMA + 1)));
    execute("PRAGMA user_version = " + Sqlite.SCHEMA);
    open().close();
  }

  @Test
  void aFileThatIsNoLedgerIsNotOpened() throws IOException {
    Files.writeString(file, "This is not a ledger, and not a database either.".repeat(100));
    assertThrows(LedgerException.class, () -> open());
  }

  @Test
  void aSecondOpenIsRefusedInThisProcessAndTheFirstKeepsItsLock() throws Exception {
    try (LedgerBench bench = new LedgerBench(file)) {
      assertThrows(LedgerException.class, () -> open());
      assertEquals("in use", inAnotherProcess());
      bench.key(LedgerBench.APP, Role.TIMESTAMP);
    }
    assertEquals("opened", inAnotherProcess());
    open().close();
  }

  @Test
  void eachRowHoldsTheHashOfTheOneBefore() {
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.issue(bench.proposal(key, 1, "one"));
      Sha256 previous = RowChain.START;
      List<byte[]> rows = bench.rows();
      assertEquals(4, rows.size());
      for (int i = 0; i < rows.size(); i++) {
        ParsedRow row = ParsedRow.of(rows.get(i));
        assertEquals(i, row.number("sequence"));
        assertEquals(previous.hex(), row.text("previous"));
        previous = RowChain.hash(rows.get(i));
      }
      assertEquals(previous, bench.ledger.head().hash());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ledger_row SET body = x'00' WHERE sequence = 1",
        "DELETE FROM ledger_row WHERE sequence = 1",
        "UPDATE key_state SET watermark = 1",
        "UPDATE signing_key SET status = 'active' WHERE status = 'retired'",
      })
  void theDatabaseItselfRefuses(String statement) {
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.issue(bench.proposal(key, 1, "one"));
      bench.issue(bench.proposal(key, 2, "two"));
      KeyRecord other = bench.key(LedgerBench.APP, Role.SNAPSHOT);
      bench.ledger.setStatus(other, KeyStatus.RETIRED, "CN=op", "deleted", bench.now).join();
    }
    assertThrows(SQLException.class, () -> execute(statement));
    assertTrue(LedgerVerifier.verify(LedgerReader.of(file)).ok());
  }

  @Test
  void everythingIsTheSameAfterItIsOpenedAgain() {
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord timestamps = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      KeyRecord snapshots = bench.key(LedgerBench.APP, Role.SNAPSHOT);
      for (int version = 1; version <= 3; version++) {
        MetaFile served = bench.issue(bench.proposal(snapshots, version, "v" + version));
        bench.issue(bench.proposal(timestamps, version, Map.of("snapshot", served)));
        bench.now = bench.now.plusSeconds(17);
      }
      KeyRecord frozen = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.ledger.setStatus(frozen, KeyStatus.FROZEN, "CN=op", "test", bench.now).join();
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
  }

  @Test
  void aVersionIsNewOnlyOnceHoweverManyAskAtOnce() {
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      List<CompletableFuture<Recorded>> asked = new ArrayList<>();
      for (int version = 1; version <= 3; version++) {
        for (int i = 0; i < 100; i++) {
          asked.add(
              CompletableFuture.completedFuture(bench.proposal(key, version, "c" + i))
                  .thenComposeAsync(each -> bench.ledger.record(each, bench.policy, bench.now)));
        }
      }
      asked.forEach(each -> each.handle((recorded, refused) -> recorded).join());
      List<Long> advances = new ArrayList<>();
      bench.rows().stream()
          .map(ParsedRow::of)
          .filter(row -> row.optionalText("outcome").filter("admitted"::equals).isPresent())
          .filter(row -> row.optionalNumber("watermarkBefore").orElse(0L) < row.number("version"))
          .forEach(row -> advances.add(row.number("version")));
      long watermark = bench.ledger.watermarks().getFirst().version().number();
      assertEquals(
          java.util.stream.LongStream.rangeClosed(1, watermark).boxed().toList(), advances);
      assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
    }
  }

  @Test
  void afterClosingNothingIsTakenAndNobodyWaitsForEver() {
    LedgerBench bench = new LedgerBench(file);
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    bench.close();
    var late = bench.ledger.record(bench.proposal(key, 1, "late"), bench.policy, bench.now);
    assertTrue(late.isCompletedExceptionally());
    bench.close();
  }

  @Test
  void refusalsBeyondSixHundredAreOnTheRecordWhenItIsClosed() {
    try (LedgerBench bench = new LedgerBench(file)) {
      RefusedException refusal =
          new RefusedException(Refusal.KEY_UNKNOWN, "no key", "a key", "make one");
      for (int i = 0; i < RefusalLimiter.ROWS + 7; i++) {
        bench.ledger.refused(
            new RefusalEntry(bench.now, "CN=x", "sign-snapshot", null, null, null, refusal));
      }
    }
    List<byte[]> rows = new ArrayList<>();
    LedgerReader.of(file).rows(0, (sequence, body) -> rows.add(body));
    assertEquals(1 + RefusalLimiter.ROWS + 1, rows.size());
    String summary = new String(rows.getLast(), java.nio.charset.StandardCharsets.US_ASCII);
    assertTrue(summary.contains("\"counts\":{\"KEY_UNKNOWN\":7}"), summary);
  }

  /** Opens the ledger named by its argument; what another process does. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) {
      try (SqliteLedger ledger =
          SqliteLedger.open(Path.of(arguments[0]), () -> LedgerBench.START)) {
        System.out.print(ledger.failure().orElse("opened"));
      } catch (LedgerException e) {
        boolean inUse = String.valueOf(e.getMessage()).contains("in use");
        System.out.print(inUse ? "in use" : e.getMessage());
      }
    }
  }

  private String inAnotherProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private SqliteLedger open() {
    return SqliteLedger.open(file, () -> Instant.EPOCH);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = Sqlite.openForWriting(file, false);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
