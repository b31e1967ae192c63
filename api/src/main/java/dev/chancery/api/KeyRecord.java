package dev.chancery.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What binds a key to one dialect, repository and role for ever; content never chooses them (RULES
 * N-9, NC-2).
 *
 * @param number the ledger's own number of it, from 1
 * @param mode where the private half is, and where it came from
 * @param place where in the token; null for a foreign key and only for that
 * @param publicKey DER SubjectPublicKeyInfo
 * @param creator name of the caller who asked for it
 */
public record KeyRecord(
    int number,
    KeyId id,
    Dialect dialect,
    RepositoryName repository,
    Role role,
    Algorithm algorithm,
    KeyMode mode,
    @Nullable TokenPlace place,
    KeyStatus status,
    PublicKeyInfo publicKey,
    Instant created,
    String creator) {
  public KeyRecord {
    if (mode.isInToken() != (place != null)) {
      throw new IllegalArgumentException(
          "a key has a place in the token unless it is foreign, and this one is " + mode.id());
    }
  }

  /** The same key in another status. */
  public KeyRecord withStatus(KeyStatus newStatus) {
    return new KeyRecord(
        number,
        id,
        dialect,
        repository,
        role,
        algorithm,
        mode,
        place,
        newStatus,
        publicKey,
        created,
        creator);
  }
}
