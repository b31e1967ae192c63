package dev.chancery.policy;

import dev.chancery.api.Refusal;
import java.time.Duration;
import java.time.Instant;

/** When metadata may expire (RULES NC-5; TUF specification 5.4.4, 5.5.6). */
final class ExpiryRules {
  private ExpiryRules() {}

  /** Refuses what expires too soon or too late. */
  static void check(Case c) {
    Instant expires = c.proposal().metadata().expires();
    PolicySettings.Life life = c.settings().life(c.proposal().key().role());
    Instant earliest = c.now().plus(life.min());
    Instant latest = c.now().plus(life.max()).plus(c.settings().expirySlack());
    if (expires.isBefore(earliest)) {
      throw c.refuse(
          Refusal.EXPIRED,
          "expires " + expires,
          "not before " + earliest,
          "send metadata with a later expiry; check the trust server's clock");
    }
    if (expires.isAfter(latest)) {
      throw c.refuse(
          Refusal.EXPIRY_TOO_FAR,
          "expires " + expires,
          "not after " + latest,
          "send metadata with an earlier expiry; check the trust server's clock");
    }
    warnOfSkew(c, expires, life);
  }

  // notary-server's lifetimes are compiled in and are the longest allowed, so what lies beyond
  // them is the difference between its clock and ours (RULES V-5).
  private static void warnOfSkew(Case c, Instant expires, PolicySettings.Life life) {
    Duration ahead = Duration.between(c.now().plus(life.max()), expires);
    if (ahead.compareTo(c.settings().skew()) > 0) {
      c.warn("expiry lies " + ahead.toSeconds() + " s beyond the longest life: clocks differ");
    }
  }
}
