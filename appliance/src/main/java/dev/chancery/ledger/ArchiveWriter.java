package dev.chancery.ledger;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.audit.MerkleTree;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.SortedSet;

/**
 * Records segments and deletes what is in them. For the writer thread alone, within its
 * transaction.
 */
final class ArchiveWriter {
  private final LedgerStore store;
  private final Restatement.Rows rows;

  ArchiveWriter(LedgerStore store, Restatement.Rows rows) {
    this.store = store;
    this.rows = rows;
  }

  /**
   * Rows are in {@code segment} and may be deleted from now on.
   *
   * @throws RefusedException REQUEST_INVALID if it does not hold the rows after those archived
   *     before, or no checkpoint of this ledger covers them
   */
  void archive(Segment segment, String caller, Instant now) throws SQLException {
    long next = store.segments.through() + 1;
    if (segment.first() != next || segment.rows() < 1) {
      throw refused(segment + " does not follow", "rows from " + next + " on");
    }
    if (segment.rows() % TreeTable.BLOCK != 0 || segment.treeSize() <= segment.through()) {
      throw refused(segment + " and its checkpoint", "whole blocks of rows that it covers");
    }
    Sha256 root = MerkleTree.root(segment.treeSize(), new LedgerTree(store, new HashMap<>()));
    if (!root.equals(segment.rootHash())) {
      throw refused(segment + " of root " + segment.rootHash(), "this ledger's root " + root);
    }
    long row = rows.append("archive", now, RowFields.archived(segment, caller));
    store.segments.insert(segment, row);
  }

  private static RefusedException refused(String observed, String allowed) {
    return new RefusedException(
        Refusal.REQUEST_INVALID, observed, allowed, "nothing was archived: write a new segment");
  }

  /** Deletes rows {@code from} to {@code end} − 1, but those in {@code kept}. */
  void sweep(long from, long end, SortedSet<Long> kept) throws SQLException {
    long begin = from;
    for (long each : kept) {
      delete(begin, each);
      begin = each + 1;
    }
    delete(begin, end);
    store.settings.setSwept(end);
  }

  private void delete(long from, long end) throws SQLException {
    if (from < end) {
      store.rows.delete(from, end);
      store.contents.forgetIssued(from, end);
    }
  }
}
