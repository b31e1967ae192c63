package dev.chancery.policy;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Well-formed metadata that an authorised caller wants signed with {@code key}.
 *
 * @param caller the caller's name
 * @param envelope the snapshot that a timestamp names, if it was sent along: its hashes, length,
 *     form and signature were verified already (RULES NT-5)
 */
public record Proposal(
    String caller, KeyRecord key, OnlineMetadata metadata, @Nullable VerifiedEnvelope envelope) {
  /**
   * A snapshot whose signature was verified.
   *
   * @param key the key here that signed it; null where only others did
   * @param chain how it was verified from a registered root; null where there is none
   */
  public record VerifiedEnvelope(
      OnlineMetadata snapshot, @Nullable KeyRecord key, @Nullable Chain chain) {}

  /**
   * A chain of TUF 1.0 that was verified.
   *
   * @param root digest of the root it begins at
   * @param targetsExpires of the targets that the snapshot names; null where they were not sent
   */
  public record Chain(Sha256 root, @Nullable Instant targetsExpires) {}
}
