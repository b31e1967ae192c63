package dev.chancery.policy;

/**
 * How much may be asked for in how much time (RULES F-6, F-9). They stop an intruder from using up
 * version numbers or filling the ledger; no honest server comes near them.
 *
 * @param newVersionsPerKey versions above the watermark
 * @param newHashesPerKey file hashes not seen before
 * @param admissionsPerCaller admissions of all keys one caller uses, the same bytes again included
 * @param equalWarn other contents of one version in an hour, above which a warning stands in the
 *     row
 * @param equalMax other contents of one version in an hour
 */
public record Budgets(
    Bucket.Rule newVersionsPerKey,
    Bucket.Rule newHashesPerKey,
    Bucket.Rule admissionsPerCaller,
    int equalWarn,
    int equalMax) {
  /** The values of RULES F-6 and F-9. */
  public static final Budgets STANDARD =
      new Budgets(
          new Bucket.Rule(500, 100),
          new Bucket.Rule(20_000, 2_000),
          new Bucket.Rule(100_000, 100_000),
          20,
          1_000);

  /** So large that a load test measures the path and not the budgets. */
  public static final Budgets BENCH =
      new Budgets(
          new Bucket.Rule(2_000_000_000, 2_000_000_000),
          new Bucket.Rule(2_000_000_000, 2_000_000_000),
          new Bucket.Rule(2_000_000_000, 2_000_000_000),
          1_000_000_000,
          1_000_000_000);
}
