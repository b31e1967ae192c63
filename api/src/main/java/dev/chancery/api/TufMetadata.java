package dev.chancery.api;

import java.util.SortedMap;

/** Timestamp or snapshot metadata of the TUF 1.0 dialect (RULES section 4). */
public sealed interface TufMetadata extends OnlineMetadata permits TufTimestamp, TufSnapshot {
  /** The files it names, by metadata name as written, with {@code .json} (RULES T-4, T-5). */
  SortedMap<String, VersionedFile> meta();
}
