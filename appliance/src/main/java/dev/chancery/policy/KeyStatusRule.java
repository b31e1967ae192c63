package dev.chancery.policy;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;

/** Only an active key signs. No mode and no setting turns this off. */
public final class KeyStatusRule {
  private KeyStatusRule() {}

  /**
   * Makes sure that {@code key} is active.
   *
   * @throws RefusedException REPOSITORY_RETIRED, KEY_FROZEN or KEY_SUSPENDED
   */
  public static void check(KeyRecord key) {
    switch (key.status()) {
      case ACTIVE -> {}
      case RETIRED -> throw retired(key);
      case FROZEN -> throw unusable(Refusal.KEY_FROZEN, key, "the operator froze it");
      case SUSPENDED ->
          throw unusable(
              Refusal.KEY_SUSPENDED, key, "a signature of it did not verify or repeated an r");
    }
  }

  // Notary-server shows this to a publisher whose cache goes on with the keys of a deleted
  // repository (RULES V-3).
  private static RefusedException retired(KeyRecord key) {
    return new RefusedException(
        Refusal.REPOSITORY_RETIRED,
        "key " + key.id() + " of a repository that the operator retired",
        "a key made since then",
        "the repository was deleted on the trust server: run 'notary delete GUN', then 'notary init"
            + " GUN', which gets new keys");
  }

  /** The answer for a key that cannot be used, and {@code why}. */
  public static RefusedException unusable(Refusal reason, KeyRecord key, String why) {
    return new RefusedException(
        reason,
        "key " + key.id() + ": " + why,
        "an active key",
        "ask the operator; the trust server can rotate to a new key");
  }
}
