package dev.chancery.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known name that a misspelt one was probably meant to be. */
final class Nearest {
  private Nearest() {}

  /** The known name with the fewest edits, if they are few for its length; otherwise null. */
  static @Nullable String of(String name, String... known) {
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (edits < fewest) {
        fewest = edits;
        best = candidate;
      }
    }
    return best != null && fewest <= tolerated(best) ? best : null;
  }

  /** Two, so that two letters may be swapped; one where two would be most of the name. */
  private static int tolerated(String known) {
    return known.length() <= 3 ? 1 : Math.max(2, known.length() / 3);
  }

  /** Levenshtein distance: insertions, deletions and replacements. */
  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
