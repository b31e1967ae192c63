package dev.chancery.cli.bench;

import java.util.Arrays;

/** Every latency of one worker or one cell, in nanoseconds, so that percentiles are exact. */
final class Latencies {
  private static final int FIRST_CAPACITY = 16_384;
  private static final double NANOS_PER_MILLI = 1e6;

  private long[] nanos = new long[FIRST_CAPACITY];
  private int size;

  void add(long latency) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = latency;
  }

  void addAll(Latencies other) {
    for (int i = 0; i < other.size; i++) {
      add(other.nanos[i]);
    }
  }

  int count() {
    return size;
  }

  /** Orders them; to be called before {@link #percentile}. */
  Latencies sorted() {
    Arrays.sort(nanos, 0, size);
    return this;
  }

  /** The smallest latency, in milliseconds, that {@code percent} of all are not above. */
  double percentile(double percent) {
    if (size == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent / 100 * size);
    return nanos[Math.max(0, rank - 1)] / NANOS_PER_MILLI;
  }
}
