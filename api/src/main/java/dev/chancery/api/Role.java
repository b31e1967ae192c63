package dev.chancery.api;

/** A top-level TUF role whose key is held online (TUF specification 2.1). */
public enum Role {
  /** Says which snapshot is the newest (TUF specification 2.1.4). */
  TIMESTAMP("timestamp"),
  /** Says which versions of all other metadata belong together (TUF specification 2.1.3). */
  SNAPSHOT("snapshot");

  private final String id;

  Role(String id) {
    this.id = id;
  }

  /** The TUF role name, lower case. */
  public String id() {
    return id;
  }

  /**
   * The role whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Role of(String id) {
    for (Role role : values()) {
      if (role.id.equals(id)) {
        return role;
      }
    }
    throw new IllegalArgumentException("not an online role: " + id);
  }
}
