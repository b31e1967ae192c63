package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.audit.CompactRange;
import dev.chancery.audit.MerkleTree;
import dev.chancery.policy.Proposal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, on the writer itself: all of a batch is written, or none of it. */
class WriterFailureTest {
  private static final int UNLIMITED = 1_000_000;

  @TempDir Path directory;

  private Path file;
  private LedgerBench bench;
  private KeyRecord key;
  private Connection connection;
  private LedgerWriter writer;

  @BeforeEach
  void open() throws SQLException {
    file = directory.resolve("ledger.db");
    bench = new LedgerBench(file);
    key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    bench.close(); // It only makes proposals from here on.
    connection = Sqlite.openForWriting(file, false);
    writer =
        new LedgerWriter(
            new SqliteStore(connection), LedgerReader.of(file).head(), () -> bench.now);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void everyJobOfABatchThatFailsIsToldAndNothingOfItStands() throws SQLException {
    assertEquals("admit", verdict(decide(1, "one")));
    LedgerHead before = head();
    limitPages(true);
    List<WriterTask<Recorded>> batch = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      batch.add(decide(2, "two " + i));
    }
    writer.write(batch);
    for (WriterTask<Recorded> job : batch) {
      var failure = assertThrows(CompletionException.class, () -> job.done().join());
      assertInstanceOf(LedgerException.class, failure.getCause());
    }
    assertEquals(before, head());
    assertTrue(writer.failure().orElseThrow().contains("nothing is signed"));

    limitPages(false);
    assertEquals("VERSION_JUMP", verdict(decide(3, "three")), "the watermark is still 1");
    assertEquals("admit", verdict(decide(1, "one more")));
    assertEquals("admit", verdict(decide(2, "two 0")));
    assertEquals(Optional.empty(), writer.failure());
    assertUnharmed();
  }

  @Test
  void anErrorInOneJobFailsTheBatchAndNotTheWriter() {
    WriterTask<Recorded> innocent = decide(1, "one");
    writer.write(List.of(innocent, broken()));
    assertThrows(CompletionException.class, () -> innocent.done().join());
    assertEquals("admit", verdict(decide(1, "one")));
    assertUnharmed();
  }

  @Test
  void aSummaryOfRefusalsSurvivesABatchThatFails() throws SQLException {
    List<WriterJob> refusals = new ArrayList<>();
    for (int i = 0; i < RefusalLimiter.ROWS + 5; i++) {
      refusals.add(
          new WriterTask<>(
              writer -> {
                writer.writeRefusal(refusal());
                return Boolean.TRUE;
              }));
    }
    writer.write(refusals);
    bench.now = bench.now.plusSeconds(60);
    limitPages(true);
    List<WriterTask<Recorded>> batch = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      batch.add(decide(1, "one " + i));
    }
    writer.write(batch);
    assertTrue(writer.failure().isPresent());
    limitPages(false);
    assertEquals("admit", verdict(decide(1, "one")));
    List<ParsedRow> summaries =
        rows().stream().filter(row -> row.text("kind").equals("refusals")).toList();
    assertEquals(1, summaries.size());
    assertEquals("CN=flood", summaries.getFirst().text("caller"));
    assertUnharmed();
  }

  // As when nodes share a database: what this one lost, another's rows took the place of.
  @Test
  void afterAFailureTheTreeIsThatOfTheRowsThatAreThereWhoeverWroteThem() throws SQLException {
    writer.write(List.of(note("lost"), broken()));
    LedgerWriter another =
        new LedgerWriter(
            new SqliteStore(Sqlite.openForWriting(bench.file, false)), head(), () -> bench.now);
    another.write(List.of(note("there")));
    another.close();
    for (int i = 0; i < TreeTable.BLOCK; i++) {
      writer.write(List.of(note("after")));
    }
    CompactRange tree = new CompactRange();
    LedgerReader reader = LedgerReader.of(bench.file);
    reader.rows(0, (sequence, body) -> tree.append(MerkleTree.leaf(body)));
    assertEquals(tree.root(), reader.treeHead().rootHash());
  }

  private WriterTask<Long> note(String detail) {
    return new WriterTask<>(
        writer ->
            writer.append(
                "operator-action", bench.now, RowFields.operatorAction("CN=op", "look", detail)));
  }

  private static WriterJob broken() {
    return new WriterJob() {
      @Override
      public void write(LedgerWriter unused) {
        throw new StackOverflowError("for the test");
      }

      @Override
      public void committed() {}

      @Override
      public void failed(LedgerException failure) {}
    };
  }

  private WriterTask<Recorded> decide(int version, String content) {
    Proposal proposal = bench.proposal(key, version, content);
    return new WriterTask<>(writer -> writer.decide(proposal, bench.policy, bench.now));
  }

  private String verdict(WriterTask<Recorded> job) {
    writer.write(List.of(job));
    try {
      job.done().join();
      return "admit";
    } catch (CompletionException e) {
      return assertInstanceOf(RefusedException.class, e.getCause()).reason().name();
    }
  }

  private RefusalEntry refusal() {
    return new RefusalEntry(
        bench.now,
        "CN=flood",
        "sign-timestamp",
        null,
        null,
        null,
        new RefusedException(Refusal.KEY_UNKNOWN, "no key", "a key", "make one"));
  }

  private void limitPages(boolean limited) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int pages = UNLIMITED;
      if (limited) {
        try (ResultSet count = statement.executeQuery("PRAGMA page_count")) {
          assertTrue(count.next());
          pages = count.getInt(1);
        }
      }
      statement.execute("PRAGMA max_page_count = " + pages);
    }
  }

  private LedgerHead head() {
    return LedgerReader.of(file).head();
  }

  private List<ParsedRow> rows() {
    List<ParsedRow> rows = new ArrayList<>();
    LedgerReader.of(file).rows(0, (sequence, body) -> rows.add(ParsedRow.of(body)));
    return rows;
  }

  private void assertUnharmed() {
    LedgerVerification verified = LedgerVerifier.verify(LedgerReader.of(file));
    assertEquals(List.of(), verified.findings());
    assertFalse(rows().isEmpty());
  }
}
