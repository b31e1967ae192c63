package dev.chancery.policy;

import java.util.Comparator;

/**
 * The age of a snapshot signed here: first by the first signature of its key, then by version, for
 * a rotated key starts anywhere (DESIGN section 3, hash link).
 */
public record SnapshotOrder(long keyFirstSequence, int version)
    implements Comparable<SnapshotOrder> {
  private static final Comparator<SnapshotOrder> AGE =
      Comparator.comparingLong(SnapshotOrder::keyFirstSequence)
          .thenComparingInt(SnapshotOrder::version);

  @Override
  public int compareTo(SnapshotOrder other) {
    return AGE.compare(this, other);
  }
}
