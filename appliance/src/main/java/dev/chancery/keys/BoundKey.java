package dev.chancery.keys;

import dev.chancery.api.KeyRecord;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.TokenKey;
import java.util.Optional;

/**
 * A key on the record with what is needed to use it.
 *
 * @param verification its public key, parsed once
 * @param tokenKey its private half, if the token has it and it passed the attribute check; never
 *     there for a foreign key
 * @param used whether it has an admitted row
 */
public record BoundKey(
    KeyRecord record, VerificationKey verification, Optional<TokenKey> tokenKey, boolean used) {
  BoundKey asUsed() {
    return new BoundKey(record, verification, tokenKey, true);
  }

  BoundKey with(Optional<TokenKey> found) {
    return new BoundKey(record, verification, found, used);
  }

  BoundKey with(KeyRecord changed) {
    return new BoundKey(changed, verification, tokenKey, used);
  }
}
