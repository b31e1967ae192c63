package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong below the ledger stops all signing, is told, and is over when its cause is gone.
 */
class FailClosedTest {
  @TempDir Path directory;

  @Test
  void aDeletedLockFileStopsOneWriteAndIsMadeAgain() throws IOException {
    Path file = directory.resolve("ledger.db");
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      Files.delete(directory.resolve("ledger.db.lock"));
      assertFails(bench, key, "deleted or replaced");
      assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
      assertEquals(Optional.empty(), bench.ledger.failure());
      assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
    }
  }

  @Test
  void whileAnotherHasTheLockFileInItsPlaceNothingIsSigned() throws Exception {
    Path file = directory.resolve("ledger.db");
    Path lock = directory.resolve("ledger.db.lock");
    try (LedgerBench bench = new LedgerBench(file)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      Files.delete(lock);
      try (FileChannel other =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        assertTrue(other.tryLock() != null);
        assertFails(bench, key, "in use by another process");
        assertFails(bench, key, "in use by another process");
      }
      assertFails(bench, key, "deleted or replaced");
      assertEquals("admit", bench.verdict(bench.proposal(key, 1, "one")));
    }
  }

  @Test
  void aDamagedPageIsNamedAndStopsEveryKeyThoughTheOthersPagesAreSound() throws Exception {
    Path file = directory.resolve("ledger.db");
    KeyRecord key;
    try (LedgerBench bench = new LedgerBench(file)) {
      key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.issue(bench.proposal(key, 1, "one"));
    }
    damage(file, "key_state");
    try (LedgerBench bench = new LedgerBench(file)) {
      assertFails(bench, key, "malformed");
      // A write that touches other pages only must not make it look well again.
      assertThrows(CompletionException.class, () -> bench.ledger.probe(bench.now).join());
      assertTrue(bench.ledger.failure().orElseThrow().contains("restore a backup"));
    }
  }

  @Test
  void aWriteThatDoesNotEndIsToldWhileItLastsAndNotAfter() throws Exception {
    Path file = directory.resolve("ledger.db");
    CountDownLatch open = new CountDownLatch(1);
    try (LedgerBench bench = new LedgerBench(file)) {
      var held =
          bench.ledger.changeRepository(
              new RepositoryName("gate.test/gate"),
              settings -> {
                waitFor(open);
                return settings;
              },
              "CN=test",
              "gate",
              bench.now);
      Thread.sleep(3_300);
      assertTrue(bench.ledger.failure().orElseThrow().contains("the disk hangs"));
      open.countDown();
      held.join();
      // The answer comes from within the write; the next write counts its time anew.
      bench.ledger.probe(bench.now).join();
      assertEquals(Optional.empty(), bench.ledger.failure());
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertFails(LedgerBench bench, KeyRecord key, String why) {
    var proposal = bench.proposal(key, 1, "one");
    var failure =
        assertThrows(
            CompletionException.class,
            () -> bench.ledger.record(proposal, bench.policy, bench.now).join());
    assertInstanceOf(LedgerException.class, failure.getCause());
    assertTrue(
        bench.ledger.failure().orElseThrow().contains(why), bench.ledger.failure().toString());
  }

  /** Writes over the head of a table's root page: what a bad disk may do. */
  private static void damage(Path file, String table) throws IOException, SQLException {
    try (Connection connection = Sqlite.openForReading(file);
        Statement statement = connection.createStatement();
        ResultSet root =
            statement.executeQuery(
                "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
        RandomAccessFile pages = new RandomAccessFile(file.toFile(), "rw")) {
      assertTrue(root.next());
      pages.seek((root.getLong(1) - 1) * 4096 + 3);
      pages.write(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    }
  }
}
