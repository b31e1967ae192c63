package dev.chancery.audit;

import dev.chancery.api.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree that grows at its right edge, of which only the hashes of the largest complete subtrees
 * are kept: at most 63 of them, however many leaves there are. Not safe for many threads.
 */
public final class CompactRange {
  private static final int LEVELS = 63;

  // At a level whose bit is set in the size: the subtree of so many leaves, right of the larger.
  private final @Nullable Sha256[] complete;
  private long size;

  /** The tree without leaves. */
  public CompactRange() {
    this(new Sha256[LEVELS], 0);
  }

  private CompactRange(@Nullable Sha256[] complete, long size) {
    this.complete = complete;
    this.size = size;
  }

  /** This tree, to grow on its own. */
  public CompactRange copy() {
    return new CompactRange(Arrays.copyOf(complete, LEVELS), size);
  }

  /** How many leaves there are. */
  public long size() {
    return size;
  }

  /** Adds a leaf. */
  public void append(Sha256 leafHash) {
    append(0, leafHash);
  }

  /**
   * Adds 2^{@code level} leaves at once.
   *
   * @param hash the root over them
   * @throws IllegalArgumentException if the size is no multiple of their number
   */
  public void append(int level, Sha256 hash) {
    if (Long.numberOfTrailingZeros(size) < level) {
      throw new IllegalArgumentException("no subtree of level " + level + " begins at " + size);
    }
    Sha256 carried = hash;
    int at = level;
    for (Sha256 left = complete[at]; left != null; left = complete[at]) {
      carried = MerkleTree.node(left, carried);
      complete[at] = null;
      at++;
    }
    complete[at] = carried;
    size += 1L << level;
  }

  /**
   * The tree that the subtrees of {@link #subtrees} make.
   *
   * @throws IllegalArgumentException if they are not as many as {@code size} has bits
   */
  public static CompactRange of(long size, List<Sha256> subtrees) {
    if (size < 0 || Long.bitCount(size) != subtrees.size()) {
      throw new IllegalArgumentException(
          size + " leaves are not " + subtrees.size() + " complete subtrees");
    }
    CompactRange range = new CompactRange();
    long rest = size;
    for (Sha256 hash : subtrees) {
      int level = Long.numberOfTrailingZeros(Long.highestOneBit(rest));
      range.complete[level] = hash;
      rest -= 1L << level;
    }
    range.size = size;
    return range;
  }

  /** The roots of the largest complete subtrees, from left to right. */
  public List<Sha256> subtrees() {
    List<Sha256> subtrees = new ArrayList<>();
    for (Sha256 hash : complete) {
      if (hash != null) {
        subtrees.addFirst(hash);
      }
    }
    return subtrees;
  }

  /** The root over all leaves. */
  public Sha256 root() {
    Sha256 root = null;
    for (Sha256 left : complete) {
      if (left != null) {
        root = root == null ? left : MerkleTree.node(left, root);
      }
    }
    return root == null ? MerkleTree.EMPTY : root;
  }
}
