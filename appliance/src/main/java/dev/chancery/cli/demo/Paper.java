package dev.chancery.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Where the demo writes its story: plain ASCII, so that every terminal shows it, in columns that
 * fit 100 of them. In colour only where a person is looking and has not said NO_COLOR.
 */
final class Paper {
  private static final int WIDTH = 95;
  private static final String RESET = "\u001b[0m";

  private final PrintWriter out;
  private final boolean colour;

  Paper(PrintWriter out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  /** Paper that nobody sees. */
  static Paper none() {
    return new Paper(new PrintWriter(java.io.Writer.nullWriter()), false);
  }

  void title(String text) {
    line(styled("\u001b[1m", text));
  }

  /** Begins a part of the story. */
  void part(int number, String text) {
    line("");
    line(styled("\u001b[1m", number + "  " + text));
  }

  /** A line of the story itself. */
  void say(String text) {
    line("   " + text);
  }

  /** A line of the story with values in it, as {@link String#format}. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
  void say(String format, Object... values) {
    say(String.format(Locale.ROOT, format, values));
  }

  /** {@code text} beside {@code head}, in as many lines as it takes. */
  void wrapped(String head, String text) {
    String indent = " ".repeat(head.length());
    StringBuilder line = new StringBuilder(head);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        say(line.toString());
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    say(line.toString());
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** {@code text} as something that went as it should. */
  String good(String text) {
    return styled("\u001b[32m", text);
  }

  /** {@code text} as something that did not. */
  String bad(String text) {
    return styled("\u001b[1;31m", text);
  }

  /** {@code text} as the control that said no. */
  String control(String text) {
    return styled("\u001b[33m", text);
  }

  private String styled(String code, String text) {
    return colour ? code + text + RESET : text;
  }
}
