package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.Role;

/** Which version may follow which (RULES F-2, F-3; TUF specification 5.4.3.1). */
final class VersionRules {
  private VersionRules() {}

  /** Notary: the watermark's version again, or the next; a new key goes on from its repository. */
  static void checkNotary(Case c) {
    if (c.watermark() == null) {
      checkFirst(c);
      return;
    }
    int watermark = c.watermarkNumber();
    // In long, for the last version an int can hold has a successor that it cannot.
    long highest = (long) watermark + jump(c);
    if (c.version() < watermark) {
      throw c.refuse(
          Refusal.VERSION_ROLLBACK,
          "version " + c.version(),
          c.history().state().resumed()
              ? watermark + " to " + highest
              : watermark + " or " + (watermark + 1),
          "if this repository was deleted on the trust server, run 'notary delete GUN' and 'notary"
              + " init GUN', which gets new keys; else its database lost commits: ask the operator");
    }
    if (c.version() > highest) {
      throw c.refuse(
          Refusal.VERSION_JUMP,
          "version " + c.version(),
          watermark + " to " + highest,
          c.history().state().resumed()
              ? "if the trust server is further on, re-base the key again (POST /v1/rebase)"
              : "send the next version");
    }
  }

  // After a re-base or a restore, versions may have been signed that the ledger no longer shows.
  private static int jump(Case c) {
    int usual = c.settings().maxJump();
    return c.history().state().resumed() ? Math.max(usual, c.settings().restoreJump()) : usual;
  }

  // A key's first version is arbitrary (RULES V-2), but one signature near 2^31 would end the
  // repository: the trust server could neither publish nor rotate.
  private static void checkFirst(Case c) {
    Role role = c.proposal().key().role();
    int highest = c.history().highestVersion(role);
    if (role == Role.SNAPSHOT) {
      highest = Math.max(highest, c.history().highestVersion(Role.TIMESTAMP));
    }
    long allowed = (long) highest + c.settings().maxFirstJump();
    if (c.version() > allowed) {
      throw c.refuse(
          Refusal.FIRST_VERSION_TOO_HIGH,
          "first version " + c.version() + " of a new key",
          "1 to " + allowed,
          "go on from the version the repository has; if that is higher, the operator registers it:"
              + " chancery repository start "
              + Commands.argument(c.proposal().key().repository())
              + " --"
              + role.id()
              + " VERSION");
    }
  }
}
