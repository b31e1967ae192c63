package dev.chancery.api;

/** Whether a key may be used (SP 800-57 part 1, key states). */
public enum KeyStatus {
  /** May sign. */
  ACTIVE("active"),
  /** An operator took it out of use. */
  FROZEN("frozen"),
  /** The appliance took it out of use: one of its signatures did not verify. */
  SUSPENDED("suspended"),
  /** An operator retired its repository with all keys it then had; nothing leads out of this. */
  RETIRED("retired");

  private final String id;

  KeyStatus(String id) {
    this.id = id;
  }

  /** The name in answers and ledger rows. */
  public String id() {
    return id;
  }

  /**
   * The status whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KeyStatus of(String id) {
    for (KeyStatus status : values()) {
      if (status.id.equals(id)) {
        return status;
      }
    }
    throw new IllegalArgumentException("not a key status: " + id);
  }
}
