package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How much in how much time (RULES F-6, F-9). */
final class BudgetRules {
  private static final Duration HOUR = Duration.ofHours(1);

  private BudgetRules() {}

  /** What is left of the caller's budget; the same bytes again cost too, for they are a row. */
  static Bucket chargeCaller(Case c) {
    return charge(
        c,
        c.history().callerBudget(),
        c.settings().budgets().admissionsPerCaller(),
        1,
        "admissions of this caller");
  }

  /** What is left of the key's budget for new versions. */
  static Bucket chargeVersion(Case c) {
    Bucket left = c.history().state().newVersions();
    return c.version() > c.watermarkNumber()
        ? charge(c, left, c.settings().budgets().newVersionsPerKey(), 1, "new versions of this key")
        : left;
  }

  /** What is left of the key's budget for file hashes not seen before. */
  static Bucket chargeHashes(Case c, int newHashes) {
    Bucket left = c.history().state().newHashes();
    return newHashes == 0
        ? left
        : charge(
            c,
            left,
            c.settings().budgets().newHashesPerKey(),
            newHashes,
            "new file hashes of this key");
  }

  /** The number of other contents of the watermark's version in this hour, with this one. */
  static Equals countEqual(Case c) {
    KeyState state = c.history().state();
    if (c.version() != c.watermarkNumber()) {
      return new Equals(c.now(), 0);
    }
    Instant since = state.equalSince();
    boolean sameHour = Duration.between(since, c.now()).compareTo(HOUR) < 0;
    Equals equals = sameHour ? new Equals(since, state.equalCount() + 1) : new Equals(c.now(), 1);
    Budgets budgets = c.settings().budgets();
    if (equals.count() > budgets.equalMax()) {
      // Rounded up: who waits as long as he was told must not be refused again.
      long wait = Duration.between(c.now(), since.plus(HOUR)).plusNanos(999_999_999).toSeconds();
      c.relax(
          rateLimited(
              c,
              budgets.equalMax() + " other contents of version " + c.version() + " in this hour",
              budgets.equalMax() + " in an hour",
              wait));
    }
    if (equals.count() > budgets.equalWarn()) {
      c.warn(equals.count() + " other contents of version " + c.version() + " in this hour");
    }
    return equals;
  }

  /** A count and the start of the hour it was counted in. */
  record Equals(Instant since, int count) {}

  private static Bucket charge(Case c, Bucket left, Bucket.Rule rule, long units, String what) {
    Optional<Bucket> taken = left.take(rule, units, c.now());
    if (taken.isPresent()) {
      return taken.get();
    }
    c.relax(
        rateLimited(
            c,
            "the budget for " + what + " is used up",
            rule.capacity() + ", and " + rule.perHour() + " more an hour",
            left.waitFor(rule, units, c.now()).toSeconds()));
    return left;
  }

  private static RefusedException rateLimited(
      Case c, String observed, String allowed, long waitSeconds) {
    return c.refuse(Refusal.RATE_LIMITED, observed, allowed, "wait " + waitSeconds + " s");
  }
}
