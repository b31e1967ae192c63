package dev.chancery.ledger;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows show that the clock was right when they were written: admissions, an operator's {@code
 * clock-confirmed} and the first (RULES F-7; {@link Ledger#trustedTime}).
 */
final class TimeWitness {
  private TimeWitness() {}

  static boolean is(ParsedRow row) {
    return is(
        row.text("kind"),
        row.optionalText("outcome").orElse(null),
        row.optionalText("action").orElse(null));
  }

  /** As above, of a row about to be written. */
  static boolean is(String kind, Map<String, Object> fields) {
    return is(kind, fields.get("outcome"), fields.get("action"));
  }

  private static boolean is(String kind, @Nullable Object outcome, @Nullable Object action) {
    return switch (kind) {
      case "genesis" -> true;
      case "decision" ->
          Outcome.ADMITTED.equals(outcome) || Outcome.ADMITTED_SHADOW.equals(outcome);
      case "operator-action" -> Ledger.CLOCK_CONFIRMED.equals(action);
      default -> false;
    };
  }
}
