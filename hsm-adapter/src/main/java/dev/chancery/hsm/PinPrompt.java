package dev.chancery.hsm;

import java.io.Console;
import java.util.Arrays;

/** Asks the person at the terminal for a PIN, without showing what is typed. */
final class PinPrompt {
  private PinPrompt() {}

  @SuppressWarnings("SystemConsoleNull") // null in a runtime without jdk.internal.le
  static Pin ask(String question) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new TokenException(
          "PIN_UNAVAILABLE",
          "there is no terminal to ask for the PIN at; keep it in a file of mode 0600 instead");
    }
    char[] typed = console.readPassword("%s ", question);
    if (typed == null || typed.length == 0) {
      throw new TokenException("PIN_UNAVAILABLE", "no PIN was typed");
    }
    try {
      return Pin.of(typed);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
