package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import java.time.Duration;
import java.util.Map;

/**
 * The limits of ceremonies (CEREMONY S-3 and A-4). Its digest stands in every approval.
 *
 * @param minRemaining a new root lives longer than this (RULES TR-8)
 * @param maxNotaryLifetime at most this long in Notary, and {@code skew} more (RULES NR-8)
 * @param maxTufLifetime at most this long in TUF 1.0, and {@code skew} more (RULES TC-5)
 * @param skew by which clocks may differ
 * @param minRootThreshold fewest root keys that must sign (RULES TR-9)
 * @param maxKeysChanged most keys that one ceremony adds to roles and removes from them
 * @param newRootKeysSign whether every new root key must sign, which proves that it is there
 *     (CEREMONY K-2)
 * @param times how long the steps may take
 */
public record CeremonyPolicy(
    Duration minRemaining,
    Duration maxNotaryLifetime,
    Duration maxTufLifetime,
    Duration skew,
    int minRootThreshold,
    int maxKeysChanged,
    boolean newRootKeysSign,
    Times times) {
  /** What applies unless somebody says otherwise. */
  public static final CeremonyPolicy DEFAULT =
      new CeremonyPolicy(
          Duration.ofDays(30),
          Duration.ofDays(3_650),
          Duration.ofDays(400),
          Duration.ofMinutes(5),
          1,
          16,
          true,
          Times.DEFAULT);

  /**
   * How long things may take (CEREMONY A-4, K-1).
   *
   * @param proposal from freezing to the last approval
   * @param approval longest time that an approval counts
   * @param emergency both of these for {@link CeremonyKind#EMERGENCY}
   * @param open from opening the token to the last signature
   * @param shares from the first share to the last
   * @param idle how long an unlocked token may do nothing
   * @param hold from a new root to the destruction of the keys it left
   */
  public record Times(
      Duration proposal,
      Duration approval,
      Duration emergency,
      Duration open,
      Duration shares,
      Duration idle,
      Duration hold) {
    public static final Times DEFAULT =
        new Times(
            Duration.ofDays(30),
            Duration.ofDays(14),
            Duration.ofDays(3),
            Duration.ofHours(4),
            Duration.ofMinutes(15),
            Duration.ofMinutes(10),
            Duration.ofDays(30));

    /** How long a ceremony of {@code kind} may wait for its approvals. */
    public Duration proposal(CeremonyKind kind) {
      return kind == CeremonyKind.EMERGENCY ? emergency : proposal;
    }

    /** How long an approval of {@code kind} may count. */
    public Duration approval(CeremonyKind kind) {
      return kind == CeremonyKind.EMERGENCY ? emergency : approval;
    }
  }

  /** Longest life of a root, without {@link #skew}. */
  public Duration maxLifetime(Dialect dialect) {
    return dialect == Dialect.NOTARY ? maxNotaryLifetime : maxTufLifetime;
  }

  /** Digest of all limits, by which approvals name them. */
  public Sha256 digest() {
    return Sha256.of(
        CanonicalJson.encode(
            Map.ofEntries(
                Map.entry("approvalSeconds", times.approval().toSeconds()),
                Map.entry("emergencySeconds", times.emergency().toSeconds()),
                Map.entry("holdSeconds", times.hold().toSeconds()),
                Map.entry("idleSeconds", times.idle().toSeconds()),
                Map.entry("maxKeysChanged", maxKeysChanged),
                Map.entry("maxNotaryLifetimeSeconds", maxNotaryLifetime.toSeconds()),
                Map.entry("maxTufLifetimeSeconds", maxTufLifetime.toSeconds()),
                Map.entry("minRemainingSeconds", minRemaining.toSeconds()),
                Map.entry("minRootThreshold", minRootThreshold),
                Map.entry("newRootKeysSign", newRootKeysSign),
                Map.entry("openSeconds", times.open().toSeconds()),
                Map.entry("proposalSeconds", times.proposal().toSeconds()),
                Map.entry("sharesSeconds", times.shares().toSeconds()),
                Map.entry("skewSeconds", skew.toSeconds()),
                Map.entry("type", "chancery-ceremony-policy-v1"))));
  }
}
