package dev.chancery.keys;

/**
 * How many keys may be made (DESIGN section 4). Rates, never a lifetime count: an exhausted count
 * would block the rotation that heals.
 *
 * @param perRepositoryAndRoleADay new keys of one repository and role in 24 hours
 * @param keptForRotation how many of those only a repository that has already signed may use
 * @param newRepositoriesPerCallerAnHour repositories that get their first key
 * @param perToken keys on one token
 * @param tokenReserve how many of those only repositories that have signed may use
 */
public record KeyQuotas(
    int perRepositoryAndRoleADay,
    int keptForRotation,
    int newRepositoriesPerCallerAnHour,
    int perToken,
    int tokenReserve) {
  public KeyQuotas {
    if (keptForRotation < 0 || perRepositoryAndRoleADay <= keptForRotation) {
      throw new IllegalArgumentException("a new repository may have at least one key a day");
    }
    if (newRepositoriesPerCallerAnHour < 1) {
      throw new IllegalArgumentException("a caller may have at least one new repository an hour");
    }
    if (tokenReserve < 0 || perToken <= tokenReserve) {
      throw new IllegalArgumentException("a token has room for more keys than its reserve");
    }
  }

  /** The values of DESIGN section 4, and a token size that starts in a few seconds. */
  public static final KeyQuotas STANDARD = new KeyQuotas(20, 10, 200, 10_000, 1_000);

  /** So large that a load test measures the path and not the quotas. */
  public static final KeyQuotas BENCH = new KeyQuotas(1_000_000, 10, 1_000_000, 1_000_000, 10);
}
