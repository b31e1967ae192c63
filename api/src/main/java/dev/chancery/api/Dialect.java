package dev.chancery.api;

/** The form of TUF metadata a repository speaks: member names, key ids and signature encodings. */
public enum Dialect {
  /** Notary v1 (Docker Content Trust): capitalised {@code _type}, no {@code spec_version}. */
  NOTARY("notary"),
  /** TUF 1.0 (TUF specification 1.0.x): python-tuf, go-tuf, tuf-js, sigstore, tuf-on-ci. */
  TUF("tuf");

  private final String id;

  Dialect(String id) {
    this.id = id;
  }

  /** The name in requests, answers and ledger rows. */
  public String id() {
    return id;
  }

  /**
   * The dialect whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Dialect of(String id) {
    for (Dialect dialect : values()) {
      if (dialect.id.equals(id)) {
        return dialect;
      }
    }
    throw new IllegalArgumentException("not a dialect: " + id);
  }
}
