package dev.chancery.api;

/**
 * Version of one role's metadata: 1 to 2147483647 (TUF specification 4.3; notary-server and
 * sigstore-java keep it in 32 bits, RULES N-3 and T-2).
 */
public record Version(int number) implements Comparable<Version> {
  public Version {
    if (number < 1) {
      throw new IllegalArgumentException("versions start at 1, not " + number);
    }
  }

  @Override
  public int compareTo(Version other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
