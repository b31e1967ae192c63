package dev.chancery.api;

/** A TUF key id: 64 lower-case hexadecimal digits, the SHA-256 of the canonical key object. */
public record KeyId(String hex) {
  private static final int DIGITS = 64;

  public KeyId {
    if (hex.length() != DIGITS || !isLowerHex(hex)) {
      throw new IllegalArgumentException("a key id is 64 lower-case hexadecimal digits");
    }
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return hex;
  }
}
