package dev.chancery.policy;

import dev.chancery.api.RefusedException;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A proposal that passed every rule, with all that changes by it. Only the policy can make one. */
public final class Admitted {
  private final Proposal proposal;
  private final Instant time;
  private final @Nullable Version watermarkBefore;
  private final KeyState stateAfter;
  private final Bucket callerBudget;
  private final @Nullable RecordedContent repeated;
  private final List<Remembered> remembered;
  private final List<String> warnings;
  private final @Nullable RefusedException shadowed;

  /**
   * A file hash that is to be remembered beside the key's state.
   *
   * @param superseded whether a newer one replaced it; once that is so it stays so
   */
  public record Remembered(String name, Carried file, boolean superseded) {}

  Admitted(
      Case c,
      KeyState stateAfter,
      Bucket callerBudget,
      @Nullable RecordedContent repeated,
      List<Remembered> remembered) {
    this.proposal = c.proposal();
    this.time = c.now();
    this.watermarkBefore = c.watermark();
    this.stateAfter = stateAfter;
    this.callerBudget = callerBudget;
    this.repeated = repeated;
    this.remembered = List.copyOf(remembered);
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

  /**
   * What is superseded by this, and what the state no longer holds after this: together with the
   * state they are all hashes the key ever carried.
   */
  public List<Remembered> remembered() {
    return remembered;
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
