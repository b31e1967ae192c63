package dev.chancery.api;

/** Who signs a repository's snapshots (DESIGN section 3, hash link). */
public enum Custody {
  /** This appliance: a timestamp names a snapshot that was signed here. */
  HERE("here"),
  /** The publisher, with a key of his own: a timestamp may name any snapshot. */
  PUBLISHER("publisher");

  private final String id;

  Custody(String id) {
    this.id = id;
  }

  /** The name in answers and ledger rows. */
  public String id() {
    return id;
  }

  /**
   * The custody whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Custody of(String id) {
    for (Custody custody : values()) {
      if (custody.id.equals(id)) {
        return custody;
      }
    }
    throw new IllegalArgumentException("custody is here or publisher, not: " + id);
  }
}
