package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.CompactRange;
import dev.chancery.audit.MerkleTree;
import java.sql.SQLException;
import java.util.Map;

/** The Merkle tree over a ledger's rows, as of one read transaction. */
final class LedgerTree implements MerkleTree.Subtrees {
  /** Subtrees of so many rows are remembered: what is durable never changes. */
  private static final int REMEMBERED_LEVEL = 16;

  /** A complete subtree's place. */
  record Place(int level, long index) {}

  private final TreeTable table;
  private final Map<Place, Sha256> remembered;

  /**
   * The tree that {@code store} holds.
   *
   * @param remembered subtrees read before, from the same ledger; more are put into it
   */
  LedgerTree(LedgerStore store, Map<Place, Sha256> remembered) {
    this.table = store.tree;
    this.remembered = remembered;
  }

  @Override
  public Sha256 hash(int level, long index) {
    if (level < REMEMBERED_LEVEL) {
      return StoreHistory.read(() -> read(level, index));
    }
    Place place = new Place(level, index);
    Sha256 known = remembered.get(place);
    if (known != null) {
      return known;
    }
    Sha256 hash =
        level == REMEMBERED_LEVEL
            ? StoreHistory.read(() -> read(level, index))
            : MerkleTree.node(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1));
    remembered.put(place, hash);
    return hash;
  }

  private Sha256 read(int level, long index) throws SQLException {
    if (level >= TreeTable.BLOCK_LEVEL) {
      long blocks = 1L << (level - TreeTable.BLOCK_LEVEL);
      return table.blocks(index * blocks, blocks);
    }
    CompactRange range = new CompactRange();
    long rows = 1L << level;
    for (long row = index * rows; row < (index + 1) * rows; row++) {
      range.append(table.rowHash(row));
    }
    return range.root();
  }
}
