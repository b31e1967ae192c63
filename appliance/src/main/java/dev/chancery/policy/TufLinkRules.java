package dev.chancery.policy;

import dev.chancery.api.Custody;
import dev.chancery.api.Refusal;
import dev.chancery.api.Role;
import dev.chancery.api.TufTimestamp;

/** Which snapshot a TUF 1.0 timestamp may name. */
final class TufLinkRules {
  private TufLinkRules() {}

  /**
   * Not an older one than the timestamp before did (RULES TT-2, TUF specification 5.4.3.2), and not
   * one newer than any that was signed here: a timestamp that names version 2^31 - 1 would hold
   * every later one to it.
   */
  static void check(Case c, TufTimestamp timestamp, Frontier previous) {
    int named = timestamp.snapshot().version().number();
    KnownFile before = previous.files().get(TufTimestamp.SNAPSHOT);
    if (before != null && named < before.version()) {
      throw c.refuse(
          Refusal.SNAPSHOT_ROLLBACK,
          "snapshot version " + named,
          "version " + before.version() + " or later, as in version " + previous.version(),
          "name the newest snapshot");
    }
    int signed = c.history().highestSigned(Role.SNAPSHOT);
    if (signed > 0 && named > signed && c.history().custody() == Custody.HERE) {
      throw c.refuse(
          Refusal.SNAPSHOT_NOT_ISSUED,
          "snapshot version " + named + ", which was not signed here",
          "at most version " + signed,
          "have that snapshot signed here first; if snapshots are signed elsewhere now, the operator"
              + " runs: chancery repository custody "
              + Commands.argument(c.proposal().key().repository())
              + " publisher");
    }
  }
}
