package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watermarks taken over from another signer.
 *
 * @param entries at most one for each key
 * @param maxFirstJump how far one may be raised that no document shows (RULES F-3)
 * @param judgeOnly whether only to say what would be refused
 */
public record WatermarkImport(
    List<Entry> entries, String by, String reason, int maxFirstJump, boolean judgeOnly) {
  /**
   * One key.
   *
   * @param canonicalSha256 digest of the canonical bytes that were signed at {@code version}
   * @param shown what stood beside the entry, or null
   */
  public record Entry(
      KeyRecord key, Version version, Sha256 canonicalSha256, @Nullable Shown shown) {}

  /**
   * A document whose signature under the key was verified.
   *
   * @param file digest of the whole file
   */
  public record Shown(OnlineMetadata document, Sha256 file) {}

  public WatermarkImport {
    entries = List.copyOf(entries);
  }
}
