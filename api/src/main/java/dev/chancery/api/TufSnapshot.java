package dev.chancery.api;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Snapshot metadata of TUF 1.0 (TUF specification 4.4). */
public record TufSnapshot(
    Version version,
    Instant expires,
    SortedMap<String, VersionedFile> meta,
    CanonicalBytes canonical)
    implements TufMetadata {
  public TufSnapshot {
    meta = Collections.unmodifiableSortedMap(new TreeMap<>(meta));
  }

  @Override
  public Role role() {
    return Role.SNAPSHOT;
  }
}
