package dev.chancery.api;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Timestamp metadata of the Notary dialect (TUF specification 4.6).
 *
 * @param snapshotName the one member of {@code meta}: {@code snapshot} in Notary
 */
public record Timestamp(
    Version version,
    Instant expires,
    String snapshotName,
    MetaFile snapshot,
    CanonicalBytes canonical)
    implements NotaryMetadata {
  @Override
  public Role role() {
    return Role.TIMESTAMP;
  }

  @Override
  public SortedMap<String, MetaFile> meta() {
    return Collections.unmodifiableSortedMap(
        new TreeMap<>(Collections.singletonMap(snapshotName, snapshot)));
  }
}
