package dev.chancery.api;

import java.util.regex.Pattern;

/** A TUF key id: 64 lower-case hexadecimal digits, the SHA-256 of the canonical key object. */
public record KeyId(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public KeyId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a key id is 64 lower-case hexadecimal digits");
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
