package dev.chancery.canonical;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The 26 inputs that docker/go, tuf-js and securesystemslib were given, with what must come out
 * here: the bytes on which all that read them agree, or a refusal.
 */
class CanonicalJsonCasesTest {
  /** What an object of the metadata may be called; {@code VERSION} beside it is an attack. */
  private static final List<String> KNOWN = List.of("_type", "expires", "meta", "version");

  @TestFactory
  Stream<DynamicTest> givesTheCanonicalBytesOrRefuses() throws IOException {
    return cases()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.get("name").asText(), () -> checkCanonical(input(c), c.get("appliance"))));
  }

  @TestFactory
  Stream<DynamicTest> acceptsAsNotarysOwnBytesOnlyCanonicalObjectsInAscii() throws IOException {
    return cases()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.get("name").asText(),
                    () ->
                        assertEquals(
                            c.at("/appliance/notary_form").asText(),
                            isNotaryForm(input(c)) ? "accept" : "refuse")));
  }

  @Test
  void thereAre26Cases() throws IOException {
    assertEquals(26, cases().count());
  }

  private static void checkCanonical(byte[] input, JsonNode expected) throws Exception {
    String canonical = expected.get("canonical").asText();
    if (canonical.equals("refuse")) {
      assertThrows(MalformedJsonException.class, () -> canonical(input));
    } else {
      assertArrayEquals(HexFormat.of().parseHex(canonical), canonical(input));
    }
  }

  private static byte[] canonical(byte[] input) throws MalformedJsonException {
    JsonValue value = StrictJson.parse(input, StrictJson.Text.UNICODE);
    if (value instanceof JsonObject object && object.caseVariantOf(KNOWN).isPresent()) {
      throw new MalformedJsonException("case variant", 0);
    }
    return CanonicalJson.encode(value);
  }

  private static boolean isNotaryForm(byte[] input) {
    try {
      JsonValue value = StrictJson.parse(input, StrictJson.Text.PRINTABLE_ASCII);
      return value instanceof JsonObject object
          && object.caseVariantOf(KNOWN).isEmpty()
          && Arrays.equals(CanonicalJson.encode(value), input);
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static byte[] input(JsonNode testCase) {
    return testCase.get("input").asText().getBytes(StandardCharsets.UTF_8);
  }

  private static Stream<JsonNode> cases() throws IOException {
    try (InputStream file =
        CanonicalJsonCasesTest.class.getResourceAsStream("/canonical-json/expected.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(file).spliterator(), false);
    }
  }
}
