package dev.chancery.canonical;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.canonical.JsonValue.JsonInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  @Test
  void writesPlainJavaValues() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("version", 7);
    row.put("sequence", 9_007_199_254_740_991L);
    row.put("recorded", true);
    row.put("names", List.of("root", "targets"));
    row.put("meta", Map.of());
    assertEquals(
        "{\"meta\":{},\"names\":[\"root\",\"targets\"],\"recorded\":true,"
            + "\"sequence\":9007199254740991,\"version\":7}",
        text(row));
  }

  @Test
  void writesNullAlsoInMapsAndLists() {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("private", null);
    assertEquals("{\"private\":null}", text(key));
    assertEquals("[null]", text(Collections.singletonList(null)));
    assertEquals("null", text(null));
  }

  @Test
  void escapesQuoteAndBackslashAndNothingElse() {
    assertEquals(
        "\"\\\"\\\\/\b\n<&\u2028\u00e9\ud83d\ude00\"", text("\"\\/\b\n<&\u2028\u00e9\ud83d\ude00"));
  }

  @Test
  void sortsNamesByTheirUtf8BytesAndNotByTheirUtf16Units() {
    // UTF-16 puts U+1F600 (d83d de00) before U+FFFD; UTF-8 (f0...) after it (ef...).
    String text = text(Map.of("\ud83d\ude00", 1, "\ufffd", 2, "b", 3, "B", 4, "ba", 5));
    assertEquals("{\"B\":4,\"b\":3,\"ba\":5,\"\ufffd\":2,\"\ud83d\ude00\":1}", text);
  }

  @Test
  void ordersRandomNamesAsTheirBytesAre() {
    Random random = new Random(11);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder name = new StringBuilder();
      random
          .ints(random.nextInt(4), 0, 0x110000)
          .filter(c -> c < 0xD800 || c > 0xDFFF)
          .forEach(name::appendCodePoint);
      names.add(name.toString());
    }
    for (String a : names) {
      for (String b : names) {
        int bytes =
            Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        assertEquals(
            Integer.signum(bytes), Integer.signum(JsonObject.compareNames(a, b)), () -> a + b);
      }
    }
  }

  @Test
  void refusesWhatHasNoCanonicalForm() {
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode("\ud800"));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode("x\udc00y"));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(1.0));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(Map.of(1, 2)));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(JsonInteger.MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(-JsonInteger.MAX - 1));
  }

  @Test
  void isAFixedPointForValuesWithoutControlCharacters() throws Exception {
    byte[] once = CanonicalJson.encode(Map.of("b", List.of(1, "\"\\\u00e9"), "a", Map.of("c", -3)));
    byte[] twice = CanonicalJson.encode(StrictJson.parse(once, StrictJson.Text.UNICODE));
    assertArrayEquals(once, twice);
  }

  private static String text(@Nullable Object value) {
    return new String(CanonicalJson.encode(value), StandardCharsets.UTF_8);
  }
}
