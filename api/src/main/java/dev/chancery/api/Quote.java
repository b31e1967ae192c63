package dev.chancery.api;

/**
 * Makes what a stranger sent safe to show in an answer, a log line or a ledger row: printable
 * ASCII, bounded, one line.
 */
public final class Quote {
  private static final int MAX_CHARS = 80;
  private static final String CUT = "...";

  private Quote() {}

  /**
   * {@code value} between double quotes: {@code "} and {@code \} escaped with a backslash, all that
   * is not printable ASCII as <code>&#92;uXXXX</code>, cut with three dots so that there are at
   * most 80 characters in all.
   */
  public static String of(String value) {
    // Each character shows as one or more: what lies beyond the limit can never be shown.
    String start = value.substring(0, Math.min(value.length(), MAX_CHARS));
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      if (c == '"' || c == '\\') {
        shown.append('\\');
      }
      appendAscii(shown, c);
    }
    if (shown.length() + 1 <= MAX_CHARS && start.length() == value.length()) {
      return shown.append('"').toString();
    }
    shown.setLength(wholeCharacters(shown, MAX_CHARS - 1 - CUT.length()));
    return shown.append(CUT).append('"').toString();
  }

  /** {@code text} without quotes, with all that is not printable ASCII escaped, cut to a length. */
  public static String ascii(String text, int maxChars) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && shown.length() <= maxChars; i++) {
      appendAscii(shown, text.charAt(i));
    }
    if (shown.length() <= maxChars) {
      return shown.toString();
    }
    shown.setLength(maxChars - CUT.length());
    return shown.append(CUT).toString();
  }

  private static void appendAscii(StringBuilder shown, char c) {
    if (c >= ' ' && c <= '~') {
      shown.append(c);
    } else {
      shown.append(String.format("\\u%04x", (int) c));
    }
  }

  /** The longest prefix of at most {@code limit} characters that splits no escape. */
  private static int wholeCharacters(CharSequence quoted, int limit) {
    int end = 1;
    while (end < quoted.length()) {
      int next = end + 1;
      if (quoted.charAt(end) == '\\') {
        next = end + (quoted.charAt(end + 1) == 'u' ? 6 : 2);
      }
      if (next > limit) {
        break;
      }
      end = next;
    }
    return end;
  }
}
