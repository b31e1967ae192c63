package dev.chancery.policy;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Refusal;

/** What the snapshot sent along with a timestamp must be by now (RULES NT-5). */
final class EnvelopeRules {
  private EnvelopeRules() {}

  /** Refuses a snapshot that expired or that its own key has left behind. */
  static void check(Case c) {
    Proposal.VerifiedEnvelope envelope = c.proposal().envelope();
    if (envelope == null) {
      return;
    }
    OnlineMetadata snapshot = envelope.snapshot();
    if (!snapshot.expires().isAfter(c.now())) {
      throw c.refuse(
          Refusal.SNAPSHOT_MISMATCH,
          "a snapshot that expired " + snapshot.expires(),
          "one that is valid at " + c.now(),
          "sign a new snapshot first");
    }
    KeyRecord key = envelope.key();
    if (key == null) {
      return;
    }
    var watermark = c.history().state(key).watermark();
    if (watermark != null && snapshot.version().number() < watermark.number() - 1) {
      throw c.refuse(
          Refusal.SNAPSHOT_ROLLBACK,
          "snapshot version " + snapshot.version(),
          "version " + (watermark.number() - 1) + " or later",
          "name the newest snapshot");
    }
  }
}
