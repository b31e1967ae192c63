package dev.chancery.policy;

import dev.chancery.api.RepositoryName;
import java.time.Duration;
import java.util.Map;

/**
 * The bounds of the TUF 1.0 rules.
 *
 * @param usual those of every repository that has none of its own
 * @param repositories those of single repositories
 */
public record TufSettings(Bounds usual, Map<RepositoryName, Bounds> repositories) {
  /**
   * The bounds of one repository.
   *
   * @param policy lives, jumps and budgets; shadow mode does not exist here
   * @param allowSameVersion whether a version may be signed again with other bytes, for
   *     repositories that sign before they store (RULES TT-5)
   */
  public record Bounds(PolicySettings policy, boolean allowSameVersion) {
    public Bounds {
      policy = policy.withShadow(null);
    }
  }

  public TufSettings {
    repositories = Map.copyOf(repositories);
  }

  /** RULES TC-5, F-2 and F-3, with these budgets. */
  public static TufSettings usual(Budgets budgets) {
    PolicySettings policy =
        new PolicySettings(
            new PolicySettings.Life(Duration.ofHours(1), Duration.ofDays(14)),
            new PolicySettings.Life(Duration.ofHours(1), Duration.ofDays(90)),
            Duration.ofHours(24),
            Duration.ofMinutes(5),
            1,
            1,
            10,
            budgets,
            null);
    return new TufSettings(new Bounds(policy, false), Map.of());
  }

  /** The bounds of {@code repository}. */
  Bounds of(RepositoryName repository) {
    return repositories.getOrDefault(repository, usual);
  }
}
