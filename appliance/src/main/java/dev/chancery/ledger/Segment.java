package dev.chancery.ledger;

import dev.chancery.api.Sha256;

/**
 * Rows in a file of their own: an export whose header's checkpoint covers them
 * (docs/ledger-format.md, "Segments").
 *
 * @param first the first row in it
 * @param through the last
 * @param treeSize how many rows the checkpoint in its header covers
 * @param rootHash the root over these
 * @param length of the file, in bytes
 * @param sha256 of the file
 */
public record Segment(
    long first, long through, long treeSize, Sha256 rootHash, long length, Sha256 sha256) {
  /** How many rows are in it. */
  public long rows() {
    return through + 1 - first;
  }

  @Override
  public String toString() {
    return "the segment of rows " + first + " to " + through + ", SHA-256 " + sha256.hex();
  }
}
