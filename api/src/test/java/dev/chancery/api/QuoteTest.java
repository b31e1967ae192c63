package dev.chancery.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuoteTest {
  @Test
  void quotesPlainTextAsItIs() {
    assertEquals("\"targets/releases\"", Quote.of("targets/releases"));
    assertEquals("\"\"", Quote.of(""));
  }

  @Test
  void escapesQuotesBackslashesControlsAndAllThatIsNotAscii() {
    assertEquals("\"a\\\"b\\\\c\"", Quote.of("a\"b\\c"));
    assertEquals("\"\\u000a\\u001b[31m\\u007f\"", Quote.of("\n\u001b[31m\u007f"));
    assertEquals("\"\\u00f6\\ud83d\\ude00\"", Quote.of("\u00f6\ud83d\ude00"));
  }

  @Test
  void shows78CharactersWholeAndCuts79() {
    String longest = "x".repeat(78);
    assertEquals("\"" + longest + "\"", Quote.of(longest));
    assertEquals("\"" + "x".repeat(75) + "...\"", Quote.of(longest + "y"));
  }

  @Test
  void neverCutsThroughAnEscape() {
    assertEquals("\"" + "x".repeat(75) + "...\"", Quote.of("x".repeat(75) + "\"yyy"));
    assertEquals("\"" + "x".repeat(69) + "\\u00f6...\"", Quote.of("x".repeat(69) + "\u00f6yyyyy"));
    assertEquals("\"" + "x".repeat(70) + "...\"", Quote.of("x".repeat(70) + "\u00f6yyyyy"));
  }

  @Test
  void isPrintableAsciiOfAtMost80CharactersWhateverComesIn() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(120), 0, 0x110000).forEach(text::appendCodePoint);
      String quoted = Quote.of(text.toString());
      assertTrue(quoted.length() <= 80, quoted);
      assertTrue(quoted.chars().allMatch(c -> c >= ' ' && c <= '~'), quoted);
      String ascii = Quote.ascii(text.toString(), 40);
      assertTrue(ascii.length() <= 40, ascii);
      assertTrue(ascii.chars().allMatch(c -> c >= ' ' && c <= '~'), ascii);
    }
  }

  @Test
  void cutsTextWithoutQuotesToTheLengthAsked() {
    assertEquals("Unexpected end", Quote.ascii("Unexpected end", 14));
    assertEquals("Unexpect...", Quote.ascii("Unexpected end", 11));
  }
}
