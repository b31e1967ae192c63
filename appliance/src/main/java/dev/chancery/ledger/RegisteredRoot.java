package dev.chancery.ledger;

import dev.chancery.api.RepositoryName;
import dev.chancery.policy.ListedKeys;
import java.time.Instant;

/** A root of a TUF 1.0 repository on the record. */
public final class RegisteredRoot {
  private final RepositoryName repository;
  private final ListedKeys keys;
  private final byte[] file;
  private final Instant added;

  RegisteredRoot(RepositoryName repository, ListedKeys keys, byte[] file, Instant added) {
    this.repository = repository;
    this.keys = keys;
    this.file = file.clone();
    this.added = added;
  }

  public RepositoryName repository() {
    return repository;
  }

  /** What it says to the rules. */
  public ListedKeys keys() {
    return keys;
  }

  /** The root file. */
  public byte[] file() {
    return file.clone();
  }

  /** When it came on the record. */
  public Instant added() {
    return added;
  }
}
