package dev.chancery;

import dev.chancery.config.PolicyConfig;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.metadata.FormOptions;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;

/** What {@code chancery.yaml} says of policy, in the words of the parts that apply it. */
final class Policies {
  private Policies() {}

  static PolicySettings settings(PolicyConfig config) {
    return new PolicySettings(
        life(config.timestamp()),
        life(config.snapshot()),
        config.expirySlack(),
        config.clockSkew(),
        Math.toIntExact(config.maxJump()),
        Math.toIntExact(config.maxFirstJump()),
        budgets(config.budgets()));
  }

  static KeyQuotas quotas(PolicyConfig.Quotas config) {
    return new KeyQuotas(
        Math.toIntExact(config.newKeysPerDay()),
        Math.toIntExact(config.rotationReserve()),
        Math.toIntExact(config.newRepositoriesPerHour()),
        Math.toIntExact(config.tokenKeys()),
        Math.toIntExact(config.tokenReserve()));
  }

  static FormOptions form(PolicyConfig config, boolean legacySha256Only) {
    return new FormOptions(legacySha256Only, config.maxNames());
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
