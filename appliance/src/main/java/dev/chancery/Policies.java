package dev.chancery;

import dev.chancery.api.KeyRecord;
import dev.chancery.config.PolicyConfig;
import dev.chancery.config.TufConfig;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.TufForm;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.ShadowMode;
import dev.chancery.policy.TufSettings;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code chancery.yaml} says of policy, in the words of the parts that apply it. */
final class Policies {
  private static final Logger LOG = LoggerFactory.getLogger(Policies.class);

  private Policies() {}

  /**
   * The bounds.
   *
   * @throws IllegalArgumentException if shadow mode would be on for too long from {@code now}
   */
  static PolicySettings settings(PolicyConfig config, Instant now) {
    return new PolicySettings(
        life(config.timestamp()),
        life(config.snapshot()),
        config.expirySlack(),
        config.clockSkew(),
        Math.toIntExact(config.maxJump()),
        Math.toIntExact(config.maxFirstJump()),
        config.restoreJump(),
        budgets(config.budgets()),
        shadow(config.shadowUntil(), now));
  }

  /** The bounds of TUF 1.0: slack, skew and budgets are those of all. */
  static TufSettings tuf(PolicyConfig config) {
    PolicySettings policy =
        new PolicySettings(
            life(config.tuf().timestamp()),
            life(config.tuf().snapshot()),
            config.expirySlack(),
            config.clockSkew(),
            config.tuf().maxJump(),
            config.tuf().maxJump(),
            config.restoreJump(),
            budgets(config.budgets()),
            null);
    TufSettings.Bounds retrying = new TufSettings.Bounds(policy, true);
    return new TufSettings(
        new TufSettings.Bounds(policy, false),
        config.tuf().allowSameVersion().stream()
            .collect(Collectors.toMap(Function.identity(), name -> retrying)));
  }

  private static @Nullable ShadowMode shadow(@Nullable Instant until, Instant now) {
    if (until == null) {
      return null;
    }
    ShadowMode shadow = new ShadowMode(until);
    if (shadow.isTooLong(now)) {
      throw new IllegalArgumentException(
          "policy.shadow.until is "
              + until
              + ", more than "
              + ShadowMode.LONGEST.toDays()
              + " days from now");
    }
    if (shadow.isOn(now)) {
      LOG.warn("shadow mode until {}: state rules take note and do not refuse", until);
    } else {
      LOG.info("shadow mode ended {}: remove policy.shadow", until);
    }
    return shadow;
  }

  static KeyQuotas quotas(PolicyConfig.Quotas config) {
    return new KeyQuotas(
        Math.toIntExact(config.newKeysPerDay()),
        Math.toIntExact(config.rotationReserve()),
        Math.toIntExact(config.newRepositoriesPerHour()),
        Math.toIntExact(config.tokenKeys()),
        Math.toIntExact(config.tokenReserve()));
  }

  static FormOptions form(PolicyConfig config, KeyRecord key) {
    TufConfig tuf = config.tuf();
    return new FormOptions(
        config.legacySha256Only().contains(key.id()),
        config.maxNames(),
        new TufForm(
            tuf.requireHashes().contains(key.repository()),
            tuf.nonAsciiNames().contains(key.repository()),
            tuf.timestampFields(),
            tuf.snapshotFields()));
  }

  private static PolicySettings.Life life(PolicyConfig.Lifetime config) {
    return new PolicySettings.Life(config.minLife(), config.maxLife());
  }

  private static Budgets budgets(PolicyConfig.Budgets config) {
    return new Budgets(
        rule(config.keyVersions()),
        rule(config.keyHashes()),
        rule(config.callerVersions()),
        Math.toIntExact(config.contents().warnAbove()),
        Math.toIntExact(config.contents().refuseAbove()));
  }

  private static Bucket.Rule rule(PolicyConfig.Budget config) {
    return new Bucket.Rule(config.burst(), config.perHour());
  }
}
