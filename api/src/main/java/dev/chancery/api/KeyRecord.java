package dev.chancery.api;

import java.time.Instant;

/**
 * What binds a key to one dialect, repository and role for ever; content never chooses them (RULES
 * N-9, NC-2).
 *
 * @param number the ledger's own number of it, from 1
 * @param tokenLabel label of the token where the private key is
 * @param tokenSerial its serial number
 * @param tokenKeyId its CKA_ID there
 * @param publicKey DER SubjectPublicKeyInfo
 * @param attributes fingerprint of the token's attributes when the key was made
 * @param creator name of the caller who asked for it
 */
public record KeyRecord(
    int number,
    KeyId id,
    Dialect dialect,
    RepositoryName repository,
    Role role,
    Algorithm algorithm,
    String tokenLabel,
    String tokenSerial,
    String tokenKeyId,
    KeyMode mode,
    KeyStatus status,
    PublicKeyInfo publicKey,
    Sha256 attributes,
    Instant created,
    String creator) {
  /** The same key in another status. */
  public KeyRecord withStatus(KeyStatus newStatus) {
    return new KeyRecord(
        number,
        id,
        dialect,
        repository,
        role,
        algorithm,
        tokenLabel,
        tokenSerial,
        tokenKeyId,
        mode,
        newStatus,
        publicKey,
        attributes,
        created,
        creator);
  }
}
