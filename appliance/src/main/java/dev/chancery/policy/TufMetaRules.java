package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.Sha256;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.VersionedFile;
import java.util.Map;

/** What TUF 1.0 metadata may say of files after what was said before (RULES TS-2, TS-3). */
final class TufMetaRules {
  private TufMetaRules() {}

  /** Every name of the metadata before is there (TUF specification 5.5.5). */
  static void checkLostNames(Case c, TufMetadata metadata, Frontier previous) {
    for (String name : previous.files().keySet()) {
      if (!metadata.meta().containsKey(name)) {
        throw c.refuse(
            Refusal.META_NAME_LOST,
            "'" + name + "' is missing",
            "every name that version " + previous.version() + " had",
            "name it again; a delegation that was removed keeps its name in the snapshot");
      }
    }
  }

  /** No file's version goes back (TUF specification 5.5.5). */
  static void checkVersions(Case c, TufMetadata metadata, Frontier previous) {
    for (Map.Entry<String, VersionedFile> entry : metadata.meta().entrySet()) {
      KnownFile known = previous.files().get(entry.getKey());
      int version = entry.getValue().version().number();
      if (known != null && version < known.version()) {
        throw c.refuse(
            Refusal.META_ROLLBACK,
            "'" + entry.getKey() + "' at version " + version,
            "version " + known.version() + " or later, as in version " + previous.version(),
            "name the newest file");
      }
    }
  }

  /** A version that was named with a digest has no other digest (TUF specification 4.4). */
  static void checkHashes(Case c, TufMetadata metadata, Frontier previous) {
    for (Map.Entry<String, VersionedFile> entry : metadata.meta().entrySet()) {
      KnownFile known = previous.files().get(entry.getKey());
      Sha256 sha256 = entry.getValue().sha256();
      if (known != null
          && known.version() == entry.getValue().version().number()
          && known.sha256() != null
          && sha256 != null
          && !known.sha256().equals(sha256)) {
        throw c.refuse(
            Refusal.EQUIVOCATION,
            "'" + entry.getKey() + "' at version " + known.version() + " with sha256 " + sha256,
            "sha256 " + known.sha256() + ", as in version " + previous.version(),
            "give the changed file the next version");
      }
    }
  }
}
