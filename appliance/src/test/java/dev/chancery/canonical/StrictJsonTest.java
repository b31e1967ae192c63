package dev.chancery.canonical;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.canonical.JsonValue.JsonArray;
import dev.chancery.canonical.JsonValue.JsonInteger;
import dev.chancery.canonical.JsonValue.JsonLiteral;
import dev.chancery.canonical.JsonValue.JsonString;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest(name = "C-3 reads {0}")
  @ValueSource(longs = {0, 1, -1, 10, 9_007_199_254_740_991L, -9_007_199_254_740_991L})
  void readsWholeNumbersWithin2To53(long number) throws Exception {
    assertEquals(new JsonInteger(number), parse(Long.toString(number)));
  }

  @ParameterizedTest(name = "C-3 refuses {0}")
  @ValueSource(
      strings = {
        "9007199254740992",
        "-9007199254740992",
        "9223372036854775807",
        "-9223372036854775808",
        "10000000000000000",
        "1000000000000000000000",
        "-0",
        "00",
        "01",
        "-01",
        "+1",
        "1.0",
        "1.",
        ".5",
        "1e3",
        "1E3",
        "1e400",
        "-",
        "0x1",
        "NaN",
        "Infinity",
        "-Infinity"
      })
  void refusesOtherNumbers(String literal) {
    assertMalformed(literal);
    assertMalformed("{\"n\":" + literal + "}");
    assertMalformed("[" + literal + ",1]");
  }

  @Test
  void refusesEveryNumberOfAHundredThousandDigitsQuickly() {
    assertMalformed("1".repeat(100_000));
    assertMalformed("-" + "9".repeat(100_000));
  }

  @Test
  void readsLiteralsArraysAndObjects() throws Exception {
    assertEquals(
        new JsonArray(List.of(JsonLiteral.TRUE, JsonLiteral.FALSE, JsonLiteral.NULL)),
        parse("[true,false,null]"));
    JsonObject object = (JsonObject) parse("{\"b\":\"x\",\"a\":{}}");
    assertEquals("a", object.name(0));
    assertEquals(new JsonString("x"), object.get("b"));
    assertEquals(null, object.get("c"));
  }

  @ParameterizedTest(name = "C-4 refuses {0}")
  @ValueSource(strings = {"True", "nul", "nulll", "undefined", "'a'", "{a:1}", "[1,]", "[,1]"})
  void refusesWhatOnlyLaxReadersTake(String text) {
    assertMalformed(text);
  }

  @ParameterizedTest(name = "C-5 refuses {0}")
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"b\":{\"x\":1,\"a\":2,\"x\":1}}",
        "[{\"\":1,\"\":2}]"
      })
  void refusesDuplicateMembersAtEveryDepth(String text) {
    assertTrue(assertMalformed(text).reason().startsWith("duplicate member"));
  }

  @Test
  void readsTheSameNameInDifferentObjectsAndInOtherCase() {
    assertDoesNotThrow(() -> parse("{\"a\":{\"a\":1},\"b\":{\"a\":1},\"A\":1}"));
  }

  @ParameterizedTest(name = "C-6 refuses the string {0}")
  @ValueSource(
      strings = {"\\ud800", "\\udc00", "\\ud83dx", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00"})
  void refusesUnpairedSurrogates(String content) {
    assertMalformed("\"" + content + "\"");
    assertMalformed("{\"" + content + "\":1}");
  }

  @Test
  void readsPairedSurrogatesInValuesButNotInNames() throws Exception {
    assertEquals(new JsonString("\ud83d\ude00"), parse("\"\\ud83d\\ude00\""));
    assertMalformed("{\"\\ud83d\\ude00\":1}");
  }

  @Test
  void namesArePrintableAsciiFromSpaceToTilde() {
    assertDoesNotThrow(() -> parse("{\" \":1,\"~\":2}"));
    assertMalformed("{\"\u007f\":1}");
    assertMalformed("{\"\\u001f\":1}");
    assertMalformed("{\"\u00f6\":1}");
    assertMalformed("{\"expire\u017f\":1}");
    assertMalformed("{\"\u212aeyid\":1}");
  }

  @Test
  void valuesArePrintableAsciiOnlyWhereThatIsAsked() {
    for (String text : List.of("\"\u00e9\"", "\"\\u00e9\"", "\"\\n\"", "\"\u007f\"")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertDoesNotThrow(() -> StrictJson.parse(bytes, StrictJson.Text.UNICODE));
      assertThrows(
          MalformedJsonException.class,
          () -> StrictJson.parse(bytes, StrictJson.Text.PRINTABLE_ASCII));
    }
    byte[] ascii = "\" ~\"".getBytes(StandardCharsets.UTF_8);
    assertDoesNotThrow(() -> StrictJson.parse(ascii, StrictJson.Text.PRINTABLE_ASCII));
  }

  @Test
  void nestsTo8AndNotTo9() {
    assertDoesNotThrow(() -> parse("[".repeat(8) + "]".repeat(8)));
    assertMalformed("[".repeat(9) + "]".repeat(9));
    assertDoesNotThrow(() -> parse("{\"a\":".repeat(8) + "1" + "}".repeat(8)));
    assertMalformed("{\"a\":".repeat(9) + "1" + "}".repeat(9));
    assertMalformed("[".repeat(1_000_000));
  }

  @ParameterizedTest(name = "C-7 refuses the bytes {0} in a string")
  @ValueSource(
      strings = {
        "c080", // overlong NUL
        "c1bf", // overlong DEL
        "e08080", // overlong in three bytes
        "f0808080", // overlong in four bytes
        "eda080", // a surrogate
        "edb080",
        "f4908080", // above U+10FFFF
        "f8888080 80",
        "80",
        "ff",
        "c3", // cut off by the quote
        "e282"
      })
  void refusesBytesThatAreNotUtf8(String hex) {
    byte[] content = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] text = new byte[content.length + 2];
    text[0] = '"';
    System.arraycopy(content, 0, text, 1, content.length);
    text[text.length - 1] = '"';
    assertThrows(
        MalformedJsonException.class, () -> StrictJson.parse(text, StrictJson.Text.UNICODE));
  }

  @ParameterizedTest(name = "C-7 refuses {0}")
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void refusesOtherEncodings(String charset) {
    byte[] text = "{\"a\":1}".getBytes(Charset.forName(charset));
    assertThrows(
        MalformedJsonException.class, () -> StrictJson.parse(text, StrictJson.Text.UNICODE));
  }

  @ParameterizedTest(name = "C-7 refuses {0}")
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "[",
        "[1",
        "\"",
        "\"a",
        "\"\\",
        "\"\\u00",
        "{}{}",
        "{} 1",
        "1 2",
        "\"a\"\"b\"",
        "{}]",
        "{}\u0000",
        "\ufeff{}",
        "// c\n{}",
        "{}/**/",
        "# c\n{}",
        "]",
        "}",
        ":",
        "{1:2}",
        "{\"a\" 1}",
        "\"\n\"",
        "\"\t\"",
        "\"\u0001\"",
        "\"\\x41\"",
        "\"\\'\""
      })
  void refusesWhatIsNotExactlyOneValue(String text) {
    assertMalformed(text);
  }

  @Test
  void readsWhitespaceAroundTheValue() throws Exception {
    assertEquals(JsonLiteral.NULL, parse(" \t\r\n null \n"));
  }

  @Test
  void readsAnyNumberOfStrangersNamesWithoutLosingOrMixingThem() throws Exception {
    Random random = new Random(5);
    for (int document = 0; document < 200; document++) {
      Map<String, Object> members = new TreeMap<>();
      for (int i = 0; i < 500; i++) {
        members.put("targets/" + Long.toString(random.nextLong(1L << 40), 36), i);
      }
      byte[] bytes = CanonicalJson.encode(members);
      assertEquals(JsonObject.of(members), StrictJson.parse(bytes, StrictJson.Text.UNICODE));
    }
  }

  @Test
  void readsAMebibyteOfShortNames() throws Exception {
    Map<String, Object> members = new TreeMap<>();
    for (int i = 0; i < 100_000; i++) {
      members.put(Integer.toString(i, 36), 1);
    }
    byte[] bytes = CanonicalJson.encode(members);
    assertEquals(JsonObject.of(members), StrictJson.parse(bytes, StrictJson.Text.UNICODE));
  }

  @Test
  void saysWhereAndWhatInPrintableAscii() {
    assertEquals(6, assertMalformed("{\"a\":1\u0000}").offset());
    assertEquals(9, assertMalformed("{\"a\":1} {}").offset() + 1);
    String message =
        String.valueOf(assertMalformed("[1,\u00f6\u00f6" + "z".repeat(500) + "]").getMessage());
    assertTrue(message.length() < 160, message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
  }

  private static JsonValue parse(String text) throws MalformedJsonException {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), StrictJson.Text.UNICODE);
  }

  private static MalformedJsonException assertMalformed(String text) {
    return assertThrows(MalformedJsonException.class, () -> parse(text));
  }
}
