package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Sha256;
import dev.chancery.audit.CompactRange;
import dev.chancery.audit.MerkleTree;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree on the disk is that of the rows, whatever became of the transactions between. */
class LedgerTreeTest {
  @TempDir Path directory;

  private static void append(LedgerBench bench, int rows) {
    CompletableFuture.allOf(
            IntStream.range(0, rows)
                .mapToObj(i -> bench.ledger.operatorAction("CN=op", "look", "" + i, bench.now))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private static Sha256 computed(List<byte[]> rows) {
    CompactRange range = new CompactRange();
    rows.forEach(row -> range.append(MerkleTree.leaf(row)));
    return range.root();
  }

  private static void isRight(LedgerBench bench) {
    List<byte[]> rows = bench.rows();
    TreeHead head = bench.ledger.treeHead();
    assertEquals(LedgerBench.LEDGER_ID, head.ledgerId());
    assertEquals(rows.size(), head.size());
    assertEquals(computed(rows), head.rootHash());
    assertEquals(MerkleTree.leaf(rows.getLast()), head.headHash());
  }

  private int blocks() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("ledger.db"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM tree_hash")) {
      return row.next() ? row.getInt(1) : -1;
    }
  }

  @Test
  void growsWithTheRowsAndGoesOnAfterAReopening() throws SQLException {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      isRight(bench);
      append(bench, 254);
      isRight(bench);
      assertEquals(0, blocks());
      append(bench, 1);
      isRight(bench);
      assertEquals(1, blocks());
      append(bench, 100);
      bench.reopen();
      append(bench, 500);
      isRight(bench);
      assertEquals(3, blocks());
    }
  }

  @Test
  void provesEachRowAndEachEarlierTree() {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      append(bench, 599);
      List<byte[]> rows = bench.rows();
      LedgerReader reader = LedgerReader.of(bench.file);
      Sha256 root = reader.root(600);
      for (int row : new int[] {0, 1, 255, 256, 511, 512, 598, 599}) {
        Sha256 leaf = MerkleTree.leaf(rows.get(row));
        List<Sha256> path = reader.inclusionProof(row, 600);
        assertTrue(MerkleTree.verifyInclusion(leaf, row, 600, path, root));
        List<Sha256> proof = reader.consistencyProof(row + 1, 600);
        assertTrue(MerkleTree.verifyConsistency(row + 1, reader.root(row + 1), 600, root, proof));
      }
    }
  }

  @Test
  void aTransactionThatWasRolledBackLeavesNoTrace() throws SQLException {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      append(bench, 250);
    }
    // It fails until the ledger was probed once.
    tamper(
        "CREATE TRIGGER broken BEFORE INSERT ON tree_hash"
            + " WHEN NOT EXISTS (SELECT 1 FROM setting WHERE name = 'touched')"
            + " BEGIN SELECT RAISE(ABORT, 'broken'); END");
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      assertThrows(CompletionException.class, () -> append(bench, 5));
      bench.ledger.probe(bench.now).join();
      append(bench, 300);
      isRight(bench);
      assertEquals(bench.rows().size() / TreeTable.BLOCK, blocks());
    }
  }

  private void tamper(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("ledger.db"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
