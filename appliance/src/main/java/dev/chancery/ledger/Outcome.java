package dev.chancery.ledger;

/** The outcomes of a decision, as rows name them (docs/ledger-format.md). */
final class Outcome {
  static final String ADMITTED = "admitted";

  /** Admitted though a state rule would have refused it. */
  static final String ADMITTED_SHADOW = "admitted-shadow";

  static final String REFUSED = "refused";

  private Outcome() {}

  /** Whether {@code row} is a decision after which something may have been signed. */
  static boolean isAdmission(ParsedRow row) {
    return row.optionalText("outcome")
        .filter(outcome -> outcome.equals(ADMITTED) || outcome.equals(ADMITTED_SHADOW))
        .isPresent();
  }
}
