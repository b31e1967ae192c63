package dev.chancery.api;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Timestamp metadata of TUF 1.0 (TUF specification 4.6). */
public record TufTimestamp(
    Version version, Instant expires, VersionedFile snapshot, CanonicalBytes canonical)
    implements TufMetadata {
  /** The one name in {@code meta} (RULES T-4). */
  public static final String SNAPSHOT = "snapshot.json";

  @Override
  public Role role() {
    return Role.TIMESTAMP;
  }

  @Override
  public SortedMap<String, VersionedFile> meta() {
    return Collections.unmodifiableSortedMap(
        new TreeMap<>(Collections.singletonMap(SNAPSHOT, snapshot)));
  }
}
