package dev.chancery.policy;

import dev.chancery.api.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of one key (RULES F-1): its watermark, what was admitted at it and at the
 * version before, and its budgets.
 *
 * @param watermark highest version admitted, or null for a key without an admitted row
 * @param firstSequence the ledger row of its first admission; 0 if none
 * @param equalSince start of the hour in which other contents of one version are counted
 * @param equalCount how many there were in it
 * @param newVersions budget for versions above the watermark
 * @param newHashes budget for file hashes not seen before
 * @param before what was admitted at watermark − 1
 * @param at what was admitted at the watermark
 * @param resumed whether the key goes on after a re-base or a restore, where it is not known what
 *     was signed last: until something new is admitted, that may be any version up to {@code
 *     restoreJump} above the watermark, and it is compared with nothing before it (DESIGN section
 *     5)
 */
public record KeyState(
    @Nullable Version watermark,
    long firstSequence,
    Instant equalSince,
    int equalCount,
    Bucket newVersions,
    Bucket newHashes,
    Frontier before,
    Frontier at,
    boolean resumed) {
  /** The state of a key that has never signed. */
  public static final KeyState UNUSED =
      new KeyState(
          null, 0, Instant.EPOCH, 0, Bucket.FULL, Bucket.FULL, Frontier.NONE, Frontier.NONE, false);

  /**
   * What a request of {@code version} is compared with: what was admitted at the version before, as
   * far as it is known.
   */
  public Frontier predecessors(int version) {
    return resumed ? Frontier.NONE : at(version - 1);
  }

  /** What was admitted at {@code version}, as far as it is still compared with. */
  public Frontier at(int version) {
    if (version == at.version()) {
      return at;
    }
    return version == before.version() ? before : Frontier.NONE;
  }
}
