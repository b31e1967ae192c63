package dev.chancery.policy;

import dev.chancery.api.MetaFile;

/**
 * A snapshot signed here, as the file the trust server serves.
 *
 * @param file hashes and length of that file
 * @param keyWatermark the highest version admitted for its key by now
 */
public record IssuedSnapshot(SnapshotOrder order, MetaFile file, int keyWatermark) {
  /** Whether {@code named} says of the file what it is. */
  boolean isDescribedBy(MetaFile named) {
    return file.sha256().equals(named.sha256())
        && file.length() == named.length()
        && (named.sha512() == null || named.sha512().equals(file.sha512()));
  }
}
