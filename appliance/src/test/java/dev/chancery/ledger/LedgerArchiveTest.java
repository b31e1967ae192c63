package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.policy.Proposal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old rows go into segments, and nothing that is answered or proved changes by it. */
class LedgerArchiveTest {
  private static final int DECISIONS = 900;
  private static final int CUT = 1_024;

  @TempDir Path directory;
  private Path file = Path.of("none");
  private LargeLedger large;
  private SqliteLedger ledger;
  private LedgerReader reader;

  @BeforeEach
  void fill() throws SQLException {
    file = directory.resolve("ledger.db");
    large = new LargeLedger(file, 20);
    large.grow(DECISIONS);
    large.close();
    open();
  }

  private void open() {
    ledger = SqliteLedger.open(file, () -> LedgerBench.START);
    reader = LedgerReader.of(file);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private LedgerArchive archive() {
    return new LedgerArchive(reader, ledger);
  }

  private LedgerArchive.Plan plan() {
    return archive().allBut(reader.head().sequence() + 1 - CUT).orElseThrow();
  }

  private Segment archived(String name) throws IOException {
    Segment segment = archive().write(plan(), directory.resolve(name));
    archive().record(segment, "CN=operator", LedgerBench.START);
    archive().sweep();
    return segment;
  }

  private byte[] exported(long from) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reader.export(from, Long.MAX_VALUE, out);
    return out.toByteArray();
  }

  private ExportVerification verified(byte[]... exports) throws IOException {
    List<ExportVerifier.Input> inputs = new ArrayList<>();
    for (byte[] export : exports) {
      inputs.add(
          new ExportVerifier.Input("file " + inputs.size(), new ByteArrayInputStream(export)));
    }
    return ExportVerifier.verify(inputs, List.of(large.noteKey().key()), null, true);
  }

  private long rows() {
    long[] rows = {0};
    reader.rows(0, (sequence, body) -> rows[0]++);
    return rows[0];
  }

  @Test
  void segmentAndRestAreVerifiedAsOneLedgerWithoutAGap() throws Exception {
    long before = reader.head().sequence() + 1;
    Segment segment = archived("one.jsonl");
    assertEquals(CUT, segment.rows());
    byte[] first = Files.readAllBytes(directory.resolve("one.jsonl"));
    assertEquals(segment.sha256(), Sha256.of(first));

    ExportVerification both = verified(first, exported(reader.firstHere()));
    assertEquals(List.of(), both.findings());
    assertEquals(List.of(), both.notes());
    assertEquals(before + 1, both.rows(), "all, and the row of the segment");
    assertTrue(both.signatures() > DECISIONS / 2);
    ExportVerification rest = verified(exported(reader.firstHere()));
    assertEquals(List.of(), rest.findings());
    assertTrue(rest.notes().toString().contains(segment.sha256().hex()), rest.notes()::toString);
  }

  @Test
  void theSpaceOfWhatWasArchivedIsGivenBack() throws Exception {
    archived("one.jsonl");
    ledger.close();
    long before = Files.size(file);
    SqliteLedger.compact(file);
    assertTrue(Files.size(file) < before * 2 / 3, () -> before + " bytes before");
    open();
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }

  @Test
  void aSecondSegmentFollowsTheFirst() throws Exception {
    archived("one.jsonl");
    LedgerArchive.Plan next = archive().allBut(0).orElseThrow();
    assertEquals(CUT, next.first());
    Segment second = archive().write(next, directory.resolve("two.jsonl"));
    archive().record(second, "CN=operator", LedgerBench.START);
    archive().sweep();
    byte[] one = Files.readAllBytes(directory.resolve("one.jsonl"));
    byte[] two = Files.readAllBytes(directory.resolve("two.jsonl"));
    assertEquals(List.of(), verified(one, two, exported(reader.firstHere())).findings());
    assertFalse(verified(one, exported(reader.firstHere())).ok(), "one is left out");
    assertFalse(verified(two, one).ok(), "the wrong way round");
    try (Verifier script = new Verifier(directory, "--fast")) {
      byte[] rest = exported(reader.firstHere());
      assertEquals("0", script.judge(large.noteKey(), null, one, two, rest).exit());
      assertEquals("1", script.judge(large.noteKey(), null, one, rest).exit());
      assertEquals("1", script.judge(large.noteKey(), null, two, one).exit());
      one[one.length / 2] ^= 1;
      assertEquals("1", script.judge(large.noteKey(), null, one, two, rest).exit());
    }
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }

  @Test
  void whatIsLeftIsSmallAndVerifies() throws Exception {
    long before = rows();
    archived("one.jsonl");
    long left = rows() - (before - CUT);
    assertTrue(left > 40 && left < 200, () -> left + " archived rows stay");
    LedgerVerification verified = LedgerVerifier.verify(reader);
    assertEquals(List.of(), verified.findings());
  }

  @Test
  void signingGoesOnAndALostAnswerIsRepeated() throws Exception {
    try (LedgerBench bench = new LedgerBench(directory.resolve("other.db"))) {
      KeyRecord quiet = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      KeyRecord busy = bench.key(new RepositoryName("registry.example/busy"), Role.TIMESTAMP);
      Proposal once = bench.proposal(quiet, 1, "one");
      bench.issue(once);
      for (int version = 1; version <= 400; version++) {
        bench.now = bench.now.plus(Duration.ofMinutes(1));
        bench.issue(bench.proposal(busy, version, "content " + version));
      }
      Checkpointing.of(bench.ledger, bench.now);
      LedgerReader of = LedgerReader.of(bench.file);
      LedgerArchive archive = new LedgerArchive(of, bench.ledger);
      Segment segment =
          archive.write(archive.allBut(0).orElseThrow(), directory.resolve("s.jsonl"));
      archive.record(segment, "CN=operator", bench.now);
      archive.sweep();

      bench.reopen();
      bench.now = LedgerBench.START;
      RawSignature earlier =
          bench.ledger.record(once, bench.policy, bench.now).join().earlierSignature();
      assertNotNull(earlier, "its signature is in a row that stayed");
      assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(busy, 399, "x")));
      assertEquals("admit", bench.verdict(bench.proposal(busy, 401, "content 401")));
      assertEquals(List.of(), LedgerVerifier.verify(of).findings());
    }
  }

  /** Where a crash may fall, and what is then left to do. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"segment written", "row durable", "half deleted"})
  void aCrashLeavesAllRowsOrAValidSegment(String at) throws Exception {
    long before = rows();
    Path segmentFile = directory.resolve("one.jsonl");
    Segment segment = archive().write(plan(), segmentFile);
    if (!at.equals("segment written")) {
      archive().record(segment, "CN=operator", LedgerBench.START);
    }
    if (at.equals("half deleted")) {
      ledger.sweep(0, 512, reader.keptRows(0, 511)).join();
    }
    ledger.close();
    open();
    if (at.equals("segment written")) {
      assertEquals(before, rows());
      archive().record(segment, "CN=operator", LedgerBench.START);
    }
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
    assertEquals(
        List.of(),
        verified(Files.readAllBytes(segmentFile), exported(reader.firstHere())).findings());
    archive().sweep();
    assertTrue(rows() < before - CUT + 200);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }

  @Test
  void aRowInASegmentIsNamedWithIt() throws Exception {
    Segment segment = archived("one.jsonl");
    long gone = 700;
    assertTrue(reader.anchor(state -> state.rowHash().apply(gone)).isEmpty());
    List<Executable> asking =
        List.of(
            () -> reader.row(gone),
            () -> RowProof.of(reader, gone, null),
            () -> reader.export(gone, 800, new ByteArrayOutputStream()));
    for (Executable each : asking) {
      RuntimeException refused = assertThrows(RuntimeException.class, each);
      String said = String.valueOf(refused.getMessage());
      assertTrue(said.contains(segment.sha256().hex()), said);
    }
    assertThrows(AuditException.class, () -> RowProof.of(reader, 1_000_000, null));
  }

  @Test
  void nothingIsDeletedThatIsNotInASegment() throws Exception {
    archived("one.jsonl");
    ledger.close();
    try (Connection connection = Sqlite.openForWriting(file, false);
        Statement statement = connection.createStatement()) {
      SQLException refused =
          assertThrows(
              SQLException.class,
              () -> statement.executeUpdate("DELETE FROM ledger_row WHERE sequence = " + CUT));
      assertTrue(String.valueOf(refused.getMessage()).contains("only archived"));
      assertThrows(SQLException.class, () -> statement.executeUpdate("DELETE FROM segment"));
      assertThrows(
          SQLException.class, () -> statement.executeUpdate("UPDATE segment SET through = 9999"));
    }
    open();
  }

  @Test
  void aSegmentThatDoesNotFitIsRefused() throws Exception {
    Segment good = archive().write(plan(), directory.resolve("one.jsonl"));
    Sha256 other = Sha256.of(new byte[0]);
    List<Segment> wrong =
        List.of(
            new Segment(256, good.through(), good.treeSize(), good.rootHash(), 1, other),
            new Segment(0, good.through() - 1, good.treeSize(), good.rootHash(), 1, other),
            new Segment(0, good.through(), good.through(), good.rootHash(), 1, other),
            new Segment(0, good.through(), good.treeSize(), other, 1, other));
    for (Segment each : wrong) {
      CompletionException refused =
          assertThrows(
              CompletionException.class,
              () -> ledger.archive(each, "CN=operator", LedgerBench.START).join());
      RefusedException cause = assertInstanceOf(RefusedException.class, refused.getCause());
      assertEquals(Refusal.REQUEST_INVALID, cause.reason());
    }
    archive().record(good, "CN=operator", LedgerBench.START);
    assertEquals(Optional.empty(), ledger.failure());
  }

  @Test
  void withNothingArchivedThereIsNothingToDelete() {
    long before = rows();
    assertEquals(0, archive().sweep());
    assertEquals(before, rows());
  }

  @Test
  void nothingIsArchivedBeyondTheNewestCheckpointOrAGivenTime() {
    long size = reader.head().sequence() + 1;
    long through = archive().allBut(0).orElseThrow().through();
    assertTrue(through < size && (through + 1) % 256 == 0 && through + 257 > size - 1);
    assertEquals(Optional.empty(), archive().allBut(size - 255));
    assertEquals(Optional.empty(), archive().before(LargeLedger.START));
    long half = archive().before(LargeLedger.START.plusSeconds(4L * 400)).orElseThrow().through();
    assertTrue(half > 300 && half < 1_000, () -> "rows to " + half);
  }

  @Test
  void aLedgerOfTheSchemaBeforeIsBroughtUp() throws Exception {
    ledger.close();
    try (Connection connection = Sqlite.openForWriting(file, false);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("DROP TRIGGER ledger_row_is_append_only_delete");
      statement.executeUpdate("DROP TABLE segment");
      statement.executeUpdate(
          "CREATE TRIGGER ledger_row_is_append_only_delete BEFORE DELETE ON ledger_row"
              + " BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END");
      statement.executeUpdate("PRAGMA user_version = 3");
    }
    open();
    archived("one.jsonl");
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }
}
