package dev.chancery.hsm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds tokens among the slots of a module, by label and serial and never by position. */
final class Slots {
  private Slots() {}

  /**
   * The tokens present, uninitialised ones too. One that fails to tell its name is left out: it
   * must not take the others down with it.
   *
   * @param unreadable takes, for each of those left out, its slot and why
   */
  static List<TokenInfo> tokens(Cryptoki cryptoki, Consumer<String> unreadable) {
    List<TokenInfo> tokens = new ArrayList<>();
    for (long slot : cryptoki.slots()) {
      try {
        tokens.add(cryptoki.tokenInfo(slot));
      } catch (TokenException e) {
        unreadable.accept("slot " + slot + " unreadable, " + e.getMessage());
      }
    }
    return List.copyOf(tokens);
  }

  /**
   * The one token of this label and, when given, this serial number.
   *
   * @throws TokenException {@code TOKEN_NOT_FOUND} or {@code TOKEN_AMBIGUOUS}, naming those present
   */
  static TokenInfo find(Cryptoki cryptoki, String label, Optional<String> serial) {
    List<String> unreadable = new ArrayList<>();
    List<TokenInfo> present =
        tokens(cryptoki, unreadable::add).stream().filter(TokenInfo::initialized).toList();
    List<TokenInfo> hits =
        present.stream()
            .filter(token -> token.identity().label().equals(label))
            .filter(token -> serial.map(token.identity().serial()::equals).orElse(true))
            .toList();
    if (hits.size() == 1) {
      return hits.getFirst();
    }
    String wanted = "label " + quote(label) + serial.map(s -> ", serial " + quote(s)).orElse("");
    List<String> seen = new ArrayList<>(present.stream().map(Slots::describe).toList());
    seen.addAll(unreadable);
    String there = seen.isEmpty() ? "none" : String.join("; ", seen);
    throw hits.isEmpty()
        ? new TokenException(
            "TOKEN_NOT_FOUND", "no token with " + wanted + "; tokens present: " + there)
        : new TokenException(
            "TOKEN_AMBIGUOUS",
            hits.size() + " tokens with " + wanted + "; give the serial; tokens present: " + there);
  }

  private static String describe(TokenInfo token) {
    return "label "
        + quote(token.identity().label())
        + ", serial "
        + quote(token.identity().serial());
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }
}
