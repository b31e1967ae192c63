package dev.chancery.policy;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
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
   * @param key the key here that signed it
   */
  public record VerifiedEnvelope(OnlineMetadata snapshot, KeyRecord key) {}
}
