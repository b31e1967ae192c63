package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One proposal before the rules: what is asked, what is known, what time it is. */
final class Case {
  private final Proposal proposal;
  private final History history;
  private final PolicySettings settings;
  private final Instant now;
  private final List<String> warnings = new ArrayList<>();
  private @Nullable RefusedException shadowed;

  Case(Proposal proposal, History history, PolicySettings settings, Instant now) {
    this.proposal = proposal;
    this.history = history;
    this.settings = settings;
    this.now = now;
  }

  Proposal proposal() {
    return proposal;
  }

  History history() {
    return history;
  }

  PolicySettings settings() {
    return settings;
  }

  Instant now() {
    return now;
  }

  int version() {
    return proposal.metadata().version().number();
  }

  @Nullable Version watermark() {
    return history.state().watermark();
  }

  /** 0 for a key that has never signed. */
  int watermarkNumber() {
    Version watermark = watermark();
    return watermark == null ? 0 : watermark.number();
  }

  /** The earlier admission of these very bytes at the watermark, if there is one. */
  Optional<RecordedContent> repeated() {
    return version() == watermarkNumber()
        ? history.contentAtWatermark(proposal.metadata().canonical().sha256())
        : Optional.empty();
  }

  /** Notes something an operator should look at; it does not stop the signature. */
  void warn(String warning) {
    warnings.add(warning);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Runs the check of a state rule. In shadow mode what it refuses is noted, and all goes on.
   *
   * @throws RefusedException if it refuses, and shadow mode is off
   */
  void stateRule(Runnable check) {
    try {
      check.run();
    } catch (RefusedException e) {
      relax(e);
    }
  }

  /** Notes {@code refusal} in shadow mode, if it is of a state rule; else throws it. */
  void relax(RefusedException refusal) {
    ShadowMode shadow = settings.shadow();
    if (shadow == null || !shadow.isOn(now) || !ShadowMode.relaxes(refusal.reason())) {
      throw refusal;
    }
    warn(
        "shadow mode until "
            + shadow.until()
            + " lets through what "
            + refusal.reason()
            + " would refuse: "
            + refusal.observed()
            + "; allowed "
            + refusal.allowed());
    if (shadowed == null) {
      shadowed = refusal;
    }
  }

  /** The first refusal that shadow mode let through, or null. */
  @Nullable RefusedException shadowed() {
    return shadowed;
  }

  RefusedException refuse(Refusal reason, String observed, String allowed, String remedy) {
    return new RefusedException(reason, observed, allowed, remedy, watermark());
  }
}
