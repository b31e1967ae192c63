package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.Role;

/** Which version may follow which in TUF 1.0 (RULES F-2, F-3, TT-5, TS-4). */
final class TufVersionRules {
  private TufVersionRules() {}

  /**
   * The version after the watermark's, as far as {@code maxJump} goes; the watermark's own only
   * where {@code sameAllowed}. Clients drop another content of a version they have without a word
   * (TUF specification 5.4.3.1), so two of them split those who follow the repository.
   */
  static void check(Case c, boolean sameAllowed) {
    if (c.watermark() == null) {
      checkFirst(c);
      return;
    }
    int watermark = c.watermarkNumber();
    // In long, for the last version an int can hold has a successor that it cannot.
    long highest = (long) watermark + jump(c);
    String allowed = highest == watermark + 1L ? "version " + highest : range(watermark, highest);
    if (c.version() < watermark) {
      throw c.refuse(
          Refusal.VERSION_ROLLBACK,
          "version " + c.version(),
          allowed,
          "go on from the newest metadata; if the repository lost it, ask the operator for a"
              + " re-base");
    }
    if (c.version() == watermark && !sameAllowed) {
      throw c.refuse(
          Refusal.EQUIVOCATION,
          "version " + c.version() + " with other bytes than those signed before",
          allowed + ", or the same bytes again",
          "send the bytes that were signed, or make the next version");
    }
    if (c.version() > highest) {
      throw c.refuse(
          Refusal.VERSION_JUMP, "version " + c.version(), allowed, "send the next version");
    }
  }

  // After a re-base or a restore, versions may have been signed that the ledger no longer shows.
  private static int jump(Case c) {
    int usual = c.settings().maxJump();
    return c.history().state().resumed() ? Math.max(usual, c.settings().restoreJump()) : usual;
  }

  // A new key may begin again at 1, for clients forget what they had when the root replaces the
  // key (TUF specification 5.3.11); one signature near 2^31 would end the repository.
  private static void checkFirst(Case c) {
    Role role = c.proposal().key().role();
    long allowed = (long) c.history().highestVersion(role) + c.settings().maxJump();
    if (c.version() > allowed) {
      throw c.refuse(
          Refusal.FIRST_VERSION_TOO_HIGH,
          "first version " + c.version() + " of a new key",
          allowed == 1 ? "version 1" : range(0, allowed),
          "go on from the version the repository has; if it began elsewhere, the operator registers"
              + " that: chancery repository start "
              + Commands.argument(c.proposal().key().repository())
              + " --"
              + role.id()
              + " VERSION");
    }
  }

  private static String range(int above, long highest) {
    return "versions " + (above + 1L) + " to " + highest;
  }
}
