package dev.chancery.audit;

import dev.chancery.api.Sha256;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tree over rows that are read one after the other, with its roots at the last 65,280 sizes at
 * least: a checkpoint stands a few rows behind those it covers.
 */
public final class RecentRoots {
  private static final int BLOCK = 256;
  private static final int BLOCKS = 256;
  private static final int LEAVES = BLOCK * BLOCKS;

  private final CompactRange first;
  private final CompactRange tree;
  private final @Nullable Sha256[] leaves = new Sha256[LEAVES];
  private final @Nullable CompactRange[] blocks = new CompactRange[BLOCKS];

  /** From the tree over the rows before on. */
  public RecentRoots(CompactRange before) {
    first = before.copy();
    tree = before.copy();
  }

  /** The next row's hash. */
  public void append(Sha256 leafHash) {
    if (tree.size() % BLOCK == 0) {
      blocks[(int) (tree.size() / BLOCK % BLOCKS)] = tree.copy();
    }
    leaves[(int) (tree.size() % LEAVES)] = leafHash;
    tree.append(leafHash);
  }

  /** How many rows there are, those before included. */
  public long size() {
    return tree.size();
  }

  /** The roots of the largest complete subtrees over all rows, from left to right. */
  public List<Sha256> subtrees() {
    return tree.subtrees();
  }

  /** The hash of row {@code size} − 1, if it was read and is still remembered. */
  public Optional<Sha256> head(long size) {
    return remembers(size) && size > first.size()
        ? Optional.ofNullable(leaves[(int) ((size - 1) % LEAVES)])
        : Optional.empty();
  }

  /** The root over the first {@code size} rows, if it is still remembered. */
  public Optional<Sha256> root(long size) {
    if (size == tree.size()) {
      return Optional.of(tree.root());
    }
    if (!remembers(size)) {
      return Optional.empty();
    }
    long begin = size - size % BLOCK;
    CompactRange start = begin > first.size() ? blocks[(int) (begin / BLOCK % BLOCKS)] : first;
    CompactRange grown = start == null ? first.copy() : start.copy();
    while (grown.size() < size) {
      Sha256 leaf = leaves[(int) (grown.size() % LEAVES)];
      if (leaf == null) {
        return Optional.empty();
      }
      grown.append(leaf);
    }
    return Optional.of(grown.root());
  }

  private boolean remembers(long size) {
    return size >= first.size() && size <= tree.size() && size > tree.size() - LEAVES + BLOCK;
  }
}
