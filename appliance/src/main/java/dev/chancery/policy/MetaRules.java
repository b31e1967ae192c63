package dev.chancery.policy;

import dev.chancery.api.MetaFile;
import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.Refusal;
import dev.chancery.api.Sha256;
import java.util.Map;
import java.util.Optional;

/** What the files named may be, compared with those named before (DESIGN section 3). */
final class MetaRules {
  private MetaRules() {}

  /**
   * No superseded file returns: a hash that a newer one replaced, and that was last carried two
   * versions ago or earlier, is refused. A hash whose successors all were older was never stored by
   * the trust server and may come again (delegates post the same file after a conflict).
   */
  static void checkSuperseded(Case c, NotaryMetadata metadata) {
    if (c.watermark() == null || c.history().state().resumed()) {
      return;
    }
    Frontier before = c.history().state().at(c.version() - 1);
    Frontier same = c.history().state().at(c.version());
    for (Map.Entry<String, MetaFile> entry : metadata.meta().entrySet()) {
      String name = entry.getKey();
      Sha256 hash = entry.getValue().sha256();
      if (before.carried(name, hash) != null || same.carried(name, hash) != null) {
        continue;
      }
      Optional<SeenHash> seen = c.history().seen(name, hash);
      if (seen.isPresent() && seen.get().superseded()) {
        throw c.refuse(
            Refusal.META_ROLLBACK,
            "'" + name + "' with sha256 " + hash + ", which a newer file had replaced",
            "the file named at version " + (c.version() - 1) + ", or a new one",
            "publish the current file again as a new version");
      }
    }
  }

  /** No name is lost: one that every content at version − 1 carried must be there (RULES NS-2). */
  static void checkLostNames(Case c, NotaryMetadata metadata) {
    Frontier before = c.history().state().predecessors(c.version());
    for (Map.Entry<String, Frontier.Name> entry : before.names().entrySet()) {
      if (entry.getValue().inAll() && !metadata.meta().containsKey(entry.getKey())) {
        throw c.refuse(
            Refusal.META_NAME_LOST,
            "'" + entry.getKey() + "' is missing",
            "every name that version " + (c.version() - 1) + " had",
            "name it again; removing a delegation keeps its name in the snapshot");
      }
    }
  }
}
