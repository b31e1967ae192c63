package dev.chancery.config;

import dev.chancery.api.RepositoryName;
import java.util.Set;

/**
 * The numbers in the rules of TUF 1.0, and which of its repositories deviate in what.
 *
 * @param timestamp lifetimes of timestamps (RULES TC-5)
 * @param snapshot lifetimes of snapshots (RULES TC-5)
 * @param maxJump how far a version may be above the watermark (RULES F-2)
 * @param allowSameVersion repositories that may have a version signed again with other bytes (RULES
 *     TT-5)
 * @param requireHashes repositories whose metadata must have hashes of every file (RULES TT-3)
 * @param nonAsciiNames repositories whose names may have characters beyond ASCII (RULES C-6)
 * @param timestampFields additional members that a timestamp may have (RULES TC-3)
 * @param snapshotFields additional members that a snapshot may have
 */
public record TufConfig(
    PolicyConfig.Lifetime timestamp,
    PolicyConfig.Lifetime snapshot,
    int maxJump,
    Set<RepositoryName> allowSameVersion,
    Set<RepositoryName> requireHashes,
    Set<RepositoryName> nonAsciiNames,
    Set<String> timestampFields,
    Set<String> snapshotFields) {
  public TufConfig {
    allowSameVersion = Set.copyOf(allowSameVersion);
    requireHashes = Set.copyOf(requireHashes);
    nonAsciiNames = Set.copyOf(nonAsciiNames);
    timestampFields = Set.copyOf(timestampFields);
    snapshotFields = Set.copyOf(snapshotFields);
  }
}
