package dev.chancery.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
  private static final Set<String> KNOWN = Set.of("a", "b");

  @Test
  void readsWhatIsThereAndNothingElse() {
    Bodies body = json("{\"a\":\"1\"}");
    assertEquals("1", body.required("a", Function.identity()));
    assertNull(body.optional("b", Function.identity()));
    assertTrue(body.has("a") && !body.has("b"));
    refused("no member \"b\"", () -> body.required("b", Function.identity()));
  }

  @ParameterizedTest(name = "{index}: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                    | not a JSON object",
        "null                  | not a JSON object",
        "[]                    | not a JSON object",
        "'\"a\"'               | not a JSON object",
        "{'a':'1','a':'1'}     | member \"a\" twice",
        "{'a':'1','\\u0061':'1'} | member \"a\" twice",
        "{'c':'1'}             | unknown member \"c\"",
        "{'A':'1'}             | unknown member \"A\"",
        "{'':'1'}              | unknown member \"\"",
        "{'a':1}               | member \"a\" that is not text",
        "{'a':true}            | member \"a\" that is not text",
        "{'a':null}            | member \"a\" that is not text",
        "{'a':{}}              | not",
        "{'a':['1']}           | not",
        "{'a':'1'}x            | not JSON",
        "{'a':'1'}{}           | something after",
        "{'a':'1'} 1           | something after",
        "{'a':'1',}            | not JSON",
        "{'a':'1'              | not JSON",
        "{a:'1'}               | not JSON",
        "{'a':'1'}//           | not JSON",
        "{'a':'\\x'}           | not JSON",
      })
  void everythingButOneObjectOfKnownTextsIsRefused(String text, String observed) {
    refused(observed, () -> json(text.replace('\'', '"')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void onlyUtf8IsRead(String charset) {
    byte[] body = "{\"a\":\"1\"}".getBytes(Charset.forName(charset));
    refused("not JSON", () -> Bodies.json(body, KNOWN));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    refused("not JSON", () -> Bodies.json(body, KNOWN));
  }

  @Test
  void deepNestingIsRefusedAndNotFollowed() {
    refused("not", () -> json("{\"a\":" + "[".repeat(1_000_000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "AA",
        "AAA",
        "AA=",
        "AAAA=",
        "AB==",
        "AAB=",
        "AA==AA==",
        "AA==\n",
        " AAAA",
        "AA AA",
        "A-_A",
        "AAAA====",
        "=AAA",
      })
  void base64HasOneFormOnly(String text) {
    refused(
        "member \"a\"",
        () -> Bodies.query(Map.of("a", List.of(text)), KNOWN).required("a", Bodies::base64));
  }

  @Test
  void whatTheEncoderWritesIsReadAgain() {
    Random random = new Random(7);
    for (int length = 1; length < 100; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, Bodies.base64(Base64.getEncoder().encodeToString(bytes)));
    }
  }

  @Test
  void queryParametersAreKnownAndSingle() {
    assertEquals(
        "1", Bodies.query(Map.of("a", List.of("1")), KNOWN).required("a", Function.identity()));
    refused("unknown query parameter", () -> Bodies.query(Map.of("c", List.of("1")), KNOWN));
    refused(
        "query parameter \"a\" twice", () -> Bodies.query(Map.of("a", List.of("1", "1")), KNOWN));
  }

  @Test
  void whatARefusalQuotesIsPrintableAndShort() {
    RefusedException refusal =
        assertThrows(
            RefusedException.class, () -> json("{\"\\u0007\u00e9" + "x".repeat(40) + "\":\"\"}"));
    assertTrue(refusal.observed().chars().allMatch(c -> c >= ' ' && c <= '~'), refusal.observed());
  }

  private static Bodies json(String text) {
    return Bodies.json(text.getBytes(StandardCharsets.UTF_8), KNOWN);
  }

  private static void refused(String observed, Executable reading) {
    RefusedException refusal = assertThrows(RefusedException.class, reading);
    assertEquals(Refusal.REQUEST_INVALID, refusal.reason());
    assertTrue(refusal.observed().contains(observed), refusal.observed());
  }
}
