package dev.chancery.api;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Snapshot metadata of the Notary dialect (TUF specification 4.4). */
public record Snapshot(
    Version version, Instant expires, SortedMap<String, MetaFile> meta, CanonicalBytes canonical)
    implements NotaryMetadata {
  public Snapshot {
    meta = Collections.unmodifiableSortedMap(new TreeMap<>(meta));
  }

  @Override
  public Role role() {
    return Role.SNAPSHOT;
  }
}
