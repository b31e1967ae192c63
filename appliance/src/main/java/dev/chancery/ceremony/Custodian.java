package dev.chancery.ceremony;

import java.util.regex.Pattern;

/**
 * A person who approves, with a key of his own.
 *
 * @param name 1 to 64 letters, digits, blanks and {@code . _ @ -}
 */
public record Custodian(String name, CustodianKey key) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}");

  public Custodian {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a custodian: " + name);
    }
  }
}
