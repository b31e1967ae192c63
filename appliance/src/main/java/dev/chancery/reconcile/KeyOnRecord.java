package dev.chancery.reconcile;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.crypto.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * A key on the appliance's record, and how far it has come.
 *
 * @param watermark the highest version admitted for it; null if it has never signed
 */
public record KeyOnRecord(
    KeyId id,
    Dialect dialect,
    RepositoryName repository,
    Role role,
    VerificationKey verification,
    @Nullable Version watermark) {
  static KeyOnRecord of(KeyRecord key, @Nullable Version watermark) {
    return new KeyOnRecord(
        key.id(),
        key.dialect(),
        key.repository(),
        key.role(),
        VerificationKey.parse(key.algorithm(), key.publicKey().der()),
        watermark);
  }

  /**
   * Whether it may sign what follows {@code served} without a re-base: the trust server asks for
   * the next version, and Notary may ask for other bytes of the watermark's (RULES F-2, V-1).
   */
  boolean goesOnAfter(Version served) {
    if (watermark == null) {
      return true;
    }
    int ahead = watermark.number() - served.number();
    return ahead == 0 || (ahead == 1 && dialect == Dialect.NOTARY);
  }
}
