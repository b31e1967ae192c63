package dev.chancery.policy;

import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A proposal that passed every rule, with all that changes by it. Only the policy can make one. */
public final class Admitted {
  /** A file hash under a metadata name. */
  public record NamedHash(String name, Sha256 hash) {}

  private final Proposal proposal;
  private final Instant time;
  private final @Nullable Version watermarkBefore;
  private final KeyState stateAfter;
  private final Bucket callerBudget;
  private final @Nullable RecordedContent repeated;
  private final Changes changes;
  private final List<String> warnings;
  private final @Nullable RefusedException shadowed;

  /**
   * Hashes to remember.
   *
   * @param firstSeen carried now for the first time
   * @param superseded replaced by one first seen now or since
   */
  public record Changes(List<NamedHash> firstSeen, List<NamedHash> superseded) {
    static final Changes NONE = new Changes(List.of(), List.of());

    public Changes {
      firstSeen = List.copyOf(firstSeen);
      superseded = List.copyOf(superseded);
    }
  }

  Admitted(
      Case c,
      KeyState stateAfter,
      Bucket callerBudget,
      @Nullable RecordedContent repeated,
      Changes changes) {
    this.proposal = c.proposal();
    this.time = c.now();
    this.watermarkBefore = c.watermark();
    this.stateAfter = stateAfter;
    this.callerBudget = callerBudget;
    this.repeated = repeated;
    this.changes = changes;
    this.warnings = c.warnings();
    this.shadowed = c.shadowed();
  }

  public Proposal proposal() {
    return proposal;
  }

  /** The instant it was judged at. */
  public Instant time() {
    return time;
  }

  /** The watermark it was compared with; null for a key that had never signed. */
  public @Nullable Version watermarkBefore() {
    return watermarkBefore;
  }

  /** The key's state once this is recorded. */
  public KeyState stateAfter() {
    return stateAfter;
  }

  public Bucket callerBudget() {
    return callerBudget;
  }

  /** The earlier admission of the very same bytes, or null. */
  public @Nullable RecordedContent repeated() {
    return repeated;
  }

  public Changes changes() {
    return changes;
  }

  /** What would have been refused first, had shadow mode not let it through; or null. */
  public @Nullable RefusedException shadowed() {
    return shadowed;
  }

  /** What an operator should look at; empty when all is usual. */
  public List<String> warnings() {
    return warnings;
  }
}
