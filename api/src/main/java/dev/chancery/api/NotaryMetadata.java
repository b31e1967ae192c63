package dev.chancery.api;

import java.util.SortedMap;

/** Timestamp or snapshot metadata of the Notary dialect (RULES section 2). */
public sealed interface NotaryMetadata extends OnlineMetadata permits Timestamp, Snapshot {
  /** The files it names, by metadata name as written, without {@code .json} (RULES N-5). */
  SortedMap<String, MetaFile> meta();
}
