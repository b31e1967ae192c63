package dev.chancery.config;

import dev.chancery.config.PolicyConfig.Budget;
import dev.chancery.config.PolicyConfig.Budgets;
import dev.chancery.config.PolicyConfig.Contents;
import dev.chancery.config.PolicyConfig.Lifetime;
import dev.chancery.config.PolicyConfig.Profile;
import dev.chancery.config.PolicyConfig.Quotas;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code policy} of {@code chancery.yaml}. */
final class PolicyReader {
  /** What notary-server 0.7 gives its timestamps and snapshots; compiled in there (RULES N-7). */
  private static final Duration NOTARY_TIMESTAMP = Duration.ofDays(14);

  private static final Duration NOTARY_SNAPSHOT = Duration.ofDays(1095);

  /** RULES TC-5. */
  private static final Duration TUF_TIMESTAMP = Duration.ofDays(14);

  private static final Duration TUF_SNAPSHOT = Duration.ofDays(90);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration TEN_YEARS = Duration.ofDays(3650);
  private static final String BENCH_LABEL = "bench-";
  private static final long NEVER_MET = 1_000_000_000;

  private final Section policy;
  private final boolean bench;

  PolicyReader(Section policy) {
    this.policy = policy;
    this.bench = profile(policy) == Profile.BENCH;
  }

  PolicyConfig policy(String tokenLabel) {
    if (bench && !tokenLabel.startsWith(BENCH_LABEL)) {
      throw policy.problem(
          "profile",
          "\"bench\" is only for tokens whose label begins with \"bench-\", and this one is \""
              + tokenLabel
              + "\"; use \"standard\"");
    }
    return new PolicyConfig(
        bench ? Profile.BENCH : Profile.STANDARD,
        lifetime("timestamp", NOTARY_TIMESTAMP),
        lifetime("snapshot", NOTARY_SNAPSHOT),
        policy.optional("expirySlack", Kind.duration(Duration.ZERO, Duration.ofDays(30)), DAY),
        policy.optional("maxFirstJump", Kind.number(0, 1_000_000), 1000L).intValue(),
        policy.optional("maxJump", Kind.number(1, 1_000_000), 1L).intValue(),
        policy.optional("restoreJump", Kind.number(1, 1_000), 10L).intValue(),
        policy.optional(
            "clockSkew", Kind.duration(Duration.ofSeconds(1), HOUR), Duration.ofMinutes(5)),
        Set.copyOf(policy.list("legacySha256Only", Kind.keyId())),
        policy.optional("maxNames", Kind.number(2, 100_000), 1000L).intValue(),
        budgets(),
        quotas(),
        shadowUntil(),
        tuf());
  }

  private TufConfig tuf() {
    Section tuf =
        policy.sectionOrEmpty(
            "tuf",
            "timestamp",
            "snapshot",
            "maxJump",
            "allowSameVersion",
            "requireHashes",
            "nonAsciiNames",
            "timestampFields",
            "snapshotFields");
    return new TufConfig(
        tufLifetime(tuf, "timestamp", TUF_TIMESTAMP),
        tufLifetime(tuf, "snapshot", TUF_SNAPSHOT),
        tuf.optional("maxJump", Kind.number(1, 1_000_000), 1L).intValue(),
        Set.copyOf(tuf.list("allowSameVersion", Kind.repository())),
        Set.copyOf(tuf.list("requireHashes", Kind.repository())),
        Set.copyOf(tuf.list("nonAsciiNames", Kind.repository())),
        Set.copyOf(tuf.list("timestampFields", Kind.field())),
        Set.copyOf(tuf.list("snapshotFields", Kind.field())));
  }

  private static Lifetime tufLifetime(Section tuf, String role, Duration usual) {
    Section lifetime = tuf.sectionOrEmpty(role, "minLife", "maxLife");
    return new Lifetime(
        lifetime.optional("minLife", Kind.duration(Duration.ZERO, Duration.ofDays(7)), HOUR),
        lifetime.optional("maxLife", Kind.duration(HOUR, TEN_YEARS), usual));
  }

  private @Nullable Instant shadowUntil() {
    return policy.has("shadow")
        ? policy.section("shadow", "until").required("until", Kind.date())
        : null;
  }

  private static Profile profile(Section policy) {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    profiles.put("standard", Profile.STANDARD);
    profiles.put("bench", Profile.BENCH);
    return policy.optional("profile", Kind.oneOf(profiles), Profile.STANDARD);
  }

  private Lifetime lifetime(String role, Duration notary) {
    Section lifetime = policy.sectionOrEmpty(role, "minLife", "maxLife");
    return new Lifetime(
        lifetime.optional("minLife", Kind.duration(Duration.ZERO, Duration.ofDays(7)), HOUR),
        lifetime.optional(
            "maxLife",
            Kind.duration(notary, TEN_YEARS)
                .because(
                    "notary-server's own lifetime of "
                        + Durations.text(notary)
                        + " is compiled in: a lower bound would refuse every "
                        + role),
            notary));
  }

  private Budgets budgets() {
    Section budgets =
        policy.sectionOrEmpty("budgets", "keyVersions", "callerVersions", "keyHashes", "contents");
    return new Budgets(
        budget(budgets, "keyVersions", new Budget(500, 100)),
        budget(budgets, "callerVersions", new Budget(100_000, 100_000)),
        budget(budgets, "keyHashes", new Budget(20_000, 2_000)),
        contents(budgets));
  }

  private Budget budget(Section budgets, String name, Budget standard) {
    Section budget = budgets.sectionOrEmpty(name, "burst", "perHour");
    return new Budget(
        count(budget, "burst", standard.burst()), count(budget, "perHour", standard.perHour()));
  }

  private Contents contents(Section budgets) {
    Section contents = budgets.sectionOrEmpty("contents", "warnAbove", "refuseAbove");
    Contents read =
        new Contents(number(contents, "warnAbove", 20), number(contents, "refuseAbove", 1000));
    if (read.warnAbove() > read.refuseAbove()) {
      throw contents.problem(
          "warnAbove",
          "is " + read.warnAbove() + ", must be at most refuseAbove, " + read.refuseAbove());
    }
    return read;
  }

  private Quotas quotas() {
    Section quotas =
        policy.sectionOrEmpty(
            "quotas",
            "newKeysPerDay",
            "rotationReserve",
            "newRepositoriesPerHour",
            "tokenKeys",
            "tokenReserve");
    int newKeys = number(quotas, "newKeysPerDay", 20);
    int tokenKeys = number(quotas, "tokenKeys", 10_000);
    return new Quotas(
        newKeys,
        reserve(quotas, "rotationReserve", Math.min(10, newKeys / 2), "newKeysPerDay", newKeys),
        number(quotas, "newRepositoriesPerHour", 200),
        tokenKeys,
        reserve(quotas, "tokenReserve", Math.min(1000, tokenKeys / 10), "tokenKeys", tokenKeys));
  }

  /** A part of {@code whole} kept back, smaller than it. */
  private static int reserve(
      Section quotas, String name, long standard, String wholeName, int whole) {
    int reserve = quotas.optional(name, Kind.number(0, NEVER_MET), standard).intValue();
    if (reserve >= whole) {
      throw quotas.problem(
          name, "is " + reserve + ", must be less than " + wholeName + ", " + whole);
    }
    return reserve;
  }

  private int number(Section section, String name, int standard) {
    return Math.toIntExact(count(section, name, standard));
  }

  /** A number that the profile bench raises. */
  private long count(Section section, String name, long standard) {
    return section.optional(name, Kind.number(1, NEVER_MET), bench ? NEVER_MET : standard);
  }
}
