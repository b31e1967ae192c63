package dev.chancery.policy;

import dev.chancery.api.Custody;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Timestamp;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshot a timestamp may name (DESIGN section 3, hash link; TUF specification 5.4.3.2). A
 * version is compared with its predecessors: all timestamps admitted at the version before.
 */
final class LinkRules {
  private LinkRules() {}

  /** Refuses a snapshot not signed here where one must be, and one older than those before. */
  static void check(Case c, Timestamp timestamp) {
    MetaFile named = timestamp.snapshot();
    Optional<IssuedSnapshot> issued = c.history().issuedSnapshot(named.sha256());
    if (issued.isPresent() && !issued.get().isDescribedBy(named)) {
      throw c.refuse(
          Refusal.SNAPSHOT_NOT_ISSUED,
          "the sha256 of a snapshot signed here with another sha512 or length " + named.length(),
          "length " + issued.get().file().length() + " and the sha512 of that file",
          "name the snapshot file as it is served");
    }
    Frontier predecessors = predecessors(c);
    if (predecessors.contents() > 0 && predecessors.allLinked()) {
      checkLinked(c, named, issued, predecessors);
    }
    if (issued.isPresent() && issued.get().order().version() < issued.get().keyWatermark() - 1) {
      throw rollback(c, issued.get(), "version " + (issued.get().keyWatermark() - 1) + " or later");
    }
  }

  /** The order of the snapshot named, or null if it was not signed here. */
  static @Nullable SnapshotOrder named(History history, Timestamp timestamp) {
    return history
        .issuedSnapshot(timestamp.snapshot().sha256())
        .map(IssuedSnapshot::order)
        .orElse(null);
  }

  private static void checkLinked(
      Case c, MetaFile named, Optional<IssuedSnapshot> issued, Frontier predecessors) {
    if (issued.isEmpty() && c.history().custody() == Custody.PUBLISHER) {
      return;
    }
    if (issued.isEmpty()) {
      throw c.refuse(
          Refusal.SNAPSHOT_NOT_ISSUED,
          "snapshot with sha256 " + named.sha256() + ", which was not signed here",
          "a snapshot signed here, as at version " + (c.version() - 1),
          remedy(c.proposal().key().repository()));
    }
    SnapshotOrder oldest = predecessors.oldestNamed();
    if (oldest != null && issued.get().order().compareTo(oldest) < 0) {
      throw rollback(c, issued.get(), "those named at version " + (c.version() - 1) + ", or newer");
    }
  }

  private static String remedy(RepositoryName repository) {
    return "have the trust server sign a snapshot here first; if the publisher took the snapshot key"
        + " into his own custody, the operator runs: chancery repository custody "
        + Commands.argument(repository)
        + " publisher";
  }

  private static RefusedException rollback(Case c, IssuedSnapshot issued, String allowed) {
    return c.refuse(
        Refusal.SNAPSHOT_ROLLBACK,
        "snapshot version " + issued.order().version(),
        allowed,
        "name the newest snapshot");
  }

  /**
   * All timestamps at the version before; none are known of a resumed key. The first version of a
   * rotated key follows what the repository's previous key signed.
   */
  static Frontier predecessors(Case c) {
    if (c.watermark() != null) {
      return c.history().state().predecessors(c.version());
    }
    return c.history()
        .currentTimestampKey()
        .map(previous -> previous.predecessors(c.version()))
        .orElse(Frontier.NONE);
  }
}
