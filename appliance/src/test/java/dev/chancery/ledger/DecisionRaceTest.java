package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.policy.Proposal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many callers bring the same bytes while the first of them is between check and commit: judged,
 * written, and not durable yet. The order is the test's, not chance's.
 */
@Timeout(30)
class DecisionRaceTest {
  private static final int CALLERS = 32;

  @TempDir Path directory;

  @Test
  void callersWhoComeBetweenCheckAndCommitOfTheFirstGetNoSecondDecision() throws Exception {
    Path file = directory.resolve("ledger.db");
    LedgerBench bench = new LedgerBench(file);
    KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    bench.close(); // It only makes proposals from here on.
    Proposal proposal = bench.proposal(key, 1, "one");
    try (Connection connection = Sqlite.openForWriting(file, false);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      LedgerWriter writer =
          new LedgerWriter(
              new SqliteStore(connection), LedgerReader.of(file).head(), () -> bench.now);
      GroupCommit<WriterJob> commits = new GroupCommit<>(1_000, WriterJob.STOP, writer::write);
      CountDownLatch checked = new CountDownLatch(1);
      CountDownLatch queued = new CountDownLatch(CALLERS - 1);
      WriterTask<Recorded> first =
          new WriterTask<>(
              open -> {
                Recorded recorded = open.decide(proposal, bench.policy, bench.now);
                checked.countDown();
                await(queued);
                return recorded;
              });
      List<Future<Recorded>> others = new ArrayList<>();
      for (int i = 1; i < CALLERS; i++) {
        others.add(
            callers.submit(
                () -> {
                  await(checked);
                  WriterTask<Recorded> task =
                      new WriterTask<>(open -> open.decide(proposal, bench.policy, bench.now));
                  commits.submit(task);
                  queued.countDown();
                  return task.done().join();
                }));
      }
      commits.submit(first);
      long decision = first.done().join().sequence();
      for (Future<Recorded> other : others) {
        assertEquals(decision, other.get().contentSequence(), "it repeats the first");
      }
      commits.close();
      writer.close();
    }
    assertOneDecision(file);
  }

  private static void assertOneDecision(Path file) {
    List<ParsedRow> decisions = new ArrayList<>();
    LedgerReader.of(file)
        .rows(
            0,
            (sequence, body) -> {
              ParsedRow row = ParsedRow.of(body);
              if (row.text("kind").equals("decision")) {
                decisions.add(row);
              }
            });
    assertEquals(CALLERS, decisions.size());
    assertEquals(
        1, decisions.stream().filter(row -> row.optionalNumber("repeats").isEmpty()).count());
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS), "the others never came");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    }
  }
}
