package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** N-4: what Go writes, and nothing else. */
class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "2026-12-07T06:48:15Z, 2026-12-07T06:48:15Z",
    "2026-12-07T06:48:15.9Z, 2026-12-07T06:48:15.900Z",
    "2026-12-07T06:48:15.9289437Z, 2026-12-07T06:48:15.928943700Z",
    "2026-12-07T06:48:15.123456789Z, 2026-12-07T06:48:15.123456789Z",
    "2026-12-07T06:48:15.000000001Z, 2026-12-07T06:48:15.000000001Z",
    "2116-01-11T16:58:57.197958956-08:00, 2116-01-12T00:58:57.197958956Z",
    "2026-12-07T06:48:15+05:30, 2026-12-07T01:18:15Z",
    "2026-12-07T00:00:00+14:00, 2026-12-06T10:00:00Z",
    "2026-12-07T00:00:00.5-00:00, 2026-12-07T00:00:00.500Z",
    "2026-12-07T00:00:00+23:59, 2026-12-06T00:01:00Z",
    "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z",
    "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z"
  })
  void readsTheInstantWithItsNanoseconds(String text, Instant instant) {
    assertEquals(instant, Rfc3339.parse(text));
  }

  @ParameterizedTest(name = "refuses {0}")
  @ValueSource(
      strings = {
        "",
        "Z",
        "never",
        "2026-12-07",
        "2026-12-07T06:48:15",
        "2026-12-07T06:48Z",
        "2026-12-07t06:48:15Z",
        "2026-12-07T06:48:15z",
        "2026-12-07 06:48:15Z",
        "2026-12-07T06:48:15 Z",
        " 2026-12-07T06:48:15Z",
        "2026-12-07T06:48:15Z ",
        "2026-12-07T06:48:15ZZ",
        "2026-12-07T06:48:15.Z",
        "2026-12-07T06:48:15.1234567890Z",
        "2026-12-07T06:48:15.1",
        "2026-12-07T06:48:15,1Z",
        "2026-12-07T06:48:15.-1Z",
        "2026-02-29T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-07T00:00:00Z",
        "2026-13-07T00:00:00Z",
        "2026-12-00T00:00:00Z",
        "2026-12-07T24:00:00Z",
        "2026-12-07T06:60:15Z",
        "2026-12-07T06:48:60Z",
        "2026-12-07T06:48:15+24:00",
        "2026-12-07T06:48:15+08:60",
        "2026-12-07T06:48:15+8:00",
        "2026-12-07T06:48:15+0800",
        "2026-12-07T06:48:15+08",
        "2026-12-07T06:48:15 08:00",
        "2026-12-07T06:48:15+08:00:00",
        "2026-12-07T06:48:15+-8:00",
        "+2026-12-07T06:48:15Z",
        "12026-12-07T06:48:15Z",
        "2026-1-07T06:48:150Z",
        "202\u0666-12-07T06:48:15Z"
      })
  void refusesAllElse(String text) {
    assertThrows(DateTimeException.class, () -> Rfc3339.parse(text));
  }
}
