package dev.chancery.policy;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the registered root of a repository says of a signature (TUF specification 5.3, 5.4.2). */
final class TufRootRules {
  /** When an answer begins to say that the root will expire. */
  private static final Duration SOON = Duration.ofDays(30);

  private TufRootRules() {}

  /** Refuses a key that clients would not take the signature of, where that can be known. */
  static void check(Case c) {
    c.history().root().ifPresent(root -> check(c, root));
  }

  private static void check(Case c, ListedKeys root) {
    KeyRecord key = c.proposal().key();
    List<KeyId> listed = root.of(key.role());
    if (!listed.contains(key.id())) {
      throw c.refuse(
          Refusal.KEY_NOT_IN_ROOT,
          "a key that root " + root.version() + " does not list for " + key.role().id(),
          allowed(listed),
          "sign with that key; if a newer root lists this one: chancery repository add "
              + Commands.argument(key.repository())
              + " ROOT");
    }
    if (!root.expires().isAfter(c.now().plus(SOON))) {
      boolean expired = !root.expires().isAfter(c.now());
      c.warn(
          "root "
              + root.version()
              + (expired ? " expired " : " expires ")
              + root.expires()
              + (expired ? ": clients refuse the repository" : ": publish the next one"));
    }
  }

  /** Refuses what clients would not follow any more (TUF specification 5.3.10, 5.6.5). */
  static void checkChain(Case c) {
    Proposal.VerifiedEnvelope envelope = c.proposal().envelope();
    if (envelope != null) {
      c.history().root().ifPresent(root -> checkChain(c, root, envelope.chain()));
    }
  }

  private static void checkChain(Case c, ListedKeys root, Proposal.@Nullable Chain chain) {
    if (chain == null || !chain.root().equals(root.digest())) {
      throw c.refuse(
          Refusal.SNAPSHOT_MISMATCH,
          "a snapshot that was verified before root " + root.version() + " was registered",
          "one that is verified with that root",
          "send the same again");
    }
    if (!root.expires().isAfter(c.now())) {
      throw c.refuse(
          Refusal.EXPIRED,
          "root " + root.version() + " that expired " + root.expires(),
          "a root that is valid at " + c.now(),
          "publish and register the next root first");
    }
    Instant targets = chain.targetsExpires();
    if (targets != null && !targets.isAfter(c.now())) {
      throw c.refuse(
          Refusal.TARGETS_MISMATCH,
          "targets that expired " + targets,
          "targets that are valid at " + c.now(),
          "have new targets signed first");
    }
  }

  private static String allowed(List<KeyId> listed) {
    return switch (listed.size()) {
      case 0 -> "none of the keys that can be here";
      case 1 -> "key " + listed.getFirst();
      default -> "key " + listed.getFirst() + " or " + (listed.size() - 1) + " more";
    };
  }
}
