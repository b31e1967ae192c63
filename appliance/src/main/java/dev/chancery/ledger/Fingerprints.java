package dev.chancery.ledger;

/**
 * Remembers which of many values were there before by 64 bits of their hash: 16 bytes of memory a
 * value or less. Two of n values are taken for one with a probability of n² / 2^65: for ten million
 * 3 in a million.
 */
final class Fingerprints {
  private static final int FIRST_SLOTS = 1 << 10;

  // Zero stands for an empty slot.
  private long[] slots = new long[FIRST_SLOTS];
  private boolean zero;
  private long size;

  /** Remembers; false if it was there already. */
  boolean add(long fingerprint) {
    if (fingerprint == 0) {
      boolean isNew = !zero;
      zero = true;
      size += isNew ? 1 : 0;
      return isNew;
    }
    if (4 * size > 3L * slots.length) {
      grow();
    }
    boolean isNew = put(slots, fingerprint);
    size += isNew ? 1 : 0;
    return isNew;
  }

  /** How many different ones there were. */
  long size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long each : slots) {
      if (each != 0) {
        put(larger, each);
      }
    }
    slots = larger;
  }

  private static boolean put(long[] slots, long fingerprint) {
    int mask = slots.length - 1;
    int at = (int) fingerprint & mask;
    while (slots[at] != 0) {
      if (slots[at] == fingerprint) {
        return false;
      }
      at = (at + 1) & mask;
    }
    slots[at] = fingerprint;
    return true;
  }
}
