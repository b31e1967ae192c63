package dev.chancery.api;

/** Where the private half of a key lives. */
public enum KeyMode {
  /** A token object that was made in the token and can never leave it. */
  RESIDENT("resident");

  private final String id;

  KeyMode(String id) {
    this.id = id;
  }

  /** The name in answers and ledger rows. */
  public String id() {
    return id;
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
