package dev.chancery.api;

/**
 * Where the private half of a key lives and where it came from. It is part of the key's record for
 * ever: an imported key never becomes one that was made in the token.
 */
public enum KeyMode {
  /** A token object that was made in the token and can never leave it. */
  RESIDENT("resident"),
  /**
   * A token object that was a software key before and was put into the token: it cannot leave the
   * token, but copies of it may exist elsewhere.
   */
  IMPORTED("imported"),
  /**
   * Still in an old signer, which signs for this appliance: the same rules and the same ledger, but
   * whoever holds that signer can sign without either.
   */
  FOREIGN("foreign");

  private final String id;

  KeyMode(String id) {
    this.id = id;
  }

  /** The name in answers and ledger rows. */
  public String id() {
    return id;
  }

  /** Whether the private key is an object in the token. */
  public boolean isInToken() {
    return this != FOREIGN;
  }

  /**
   * The mode whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KeyMode of(String id) {
    for (KeyMode mode : values()) {
      if (mode.id.equals(id)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("not a key mode: " + id);
  }
}
