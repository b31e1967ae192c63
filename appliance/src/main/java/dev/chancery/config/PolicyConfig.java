package dev.chancery.config;

import dev.chancery.api.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The numbers in the rules. No setting turns a rule off.
 *
 * @param timestamp lifetimes of timestamps (RULES NC-5)
 * @param snapshot lifetimes of snapshots (RULES NC-5)
 * @param expirySlack margin above {@code maxLife} (RULES NC-5)
 * @param maxFirstJump how far the first version of a new key may be above what its repository had
 *     (RULES F-3)
 * @param maxJump how far a version may be above the watermark (RULES F-2)
 * @param restoreJump how far above its watermark a key may go on after a re-base or restore (DESIGN
 *     section 5)
 * @param clockSkew how far the clocks may disagree (RULES F-7)
 * @param legacySha256Only keys whose metadata may carry sha256 alone (RULES NT-3)
 * @param shadowUntil first instant at which state rules refuse again; null where they always do
 * @param maxNames names in one snapshot (RULES NS-2)
 * @param tuf what is different for TUF 1.0
 */
public record PolicyConfig(
    Profile profile,
    Lifetime timestamp,
    Lifetime snapshot,
    Duration expirySlack,
    int maxFirstJump,
    int maxJump,
    int restoreJump,
    Duration clockSkew,
    Set<KeyId> legacySha256Only,
    int maxNames,
    Budgets budgets,
    Quotas quotas,
    @Nullable Instant shadowUntil,
    TufConfig tuf) {
  public PolicyConfig {
    legacySha256Only = Set.copyOf(legacySha256Only);
  }

  /** Which defaults the budgets and quotas have. */
  public enum Profile {
    /** Those of RULES F-6 and F-9. */
    STANDARD,
    /** So high that they are never met; only for tokens whose label begins with {@code bench-}. */
    BENCH
  }

  /**
   * How long metadata may live, seen from the moment it is signed.
   *
   * @param minLife it must expire no sooner than this
   * @param maxLife and no later than this and the slack
   */
  public record Lifetime(Duration minLife, Duration maxLife) {}

  /**
   * A bucket of permissions.
   *
   * @param burst how many fit in
   * @param perHour how many flow in
   */
  public record Budget(long burst, long perHour) {}

  /**
   * What may be signed in a time (RULES F-6, F-9).
   *
   * @param keyVersions new versions of one key
   * @param callerVersions new versions asked for by one caller
   * @param keyHashes file hashes not seen before, of one key
   * @param contents different contents of one version in an hour
   */
  public record Budgets(
      Budget keyVersions, Budget callerVersions, Budget keyHashes, Contents contents) {}

  /**
   * Different contents of one version in one hour (RULES F-6).
   *
   * @param warnAbove more than these carry a warning
   * @param refuseAbove more than these are refused
   */
  public record Contents(int warnAbove, int refuseAbove) {}

  /**
   * How many keys may be made: rates and room in the token, never a lifetime count.
   *
   * @param newKeysPerDay for one repository and role
   * @param rotationReserve how many of these are kept for rotations
   * @param newRepositoriesPerHour for one caller
   * @param tokenKeys keys that the token is trusted to hold
   * @param tokenReserve how many of these are kept for repositories that have signed already
   */
  public record Quotas(
      int newKeysPerDay,
      int rotationReserve,
      int newRepositoriesPerHour,
      int tokenKeys,
      int tokenReserve) {}
}
