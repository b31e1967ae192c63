package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the reader on which the crash tests rely sees what they look for. */
class LedgerRowsTest {
  private final List<byte[]> bodies = new ArrayList<>();

  private void add(String members) {
    String previous = bodies.isEmpty() ? "0".repeat(64) : LedgerRows.hash(bodies.getLast());
    bodies.add(
        ("{" + members + ",\"previous\":\"" + previous + "\",\"sequence\":" + bodies.size() + "}")
            .getBytes(UTF_8));
  }

  private void admit(String key, int version) {
    add(
        "\"canonicalSha256\":\"d"
            + version
            + "\",\"keyid\":\""
            + key
            + "\",\"kind\":\"decision\",\"outcome\":\"admitted\",\"version\":"
            + version);
  }

  private void issue(String key, int decision) {
    add(
        "\"decision\":"
            + decision
            + ",\"keyid\":\""
            + key
            + "\",\"kind\":\"issued\",\"signature\":\"s\"");
  }

  @Test
  void readsAGoodLedgerWithoutAFault() {
    add("\"kind\":\"genesis\"");
    admit("k", 7);
    issue("k", 1);
    admit("k", 7);
    admit("other", 3);
    admit("k", 8);
    LedgerRows rows = LedgerRows.of(bodies);
    assertEquals(List.of(), rows.faults());
    assertEquals(8, rows.watermarks().get("k"));
    assertTrue(rows.admits(1, "k", 7, "d7"));
    assertFalse(rows.admits(1, "k", 8, "d7"));
    assertTrue(rows.hasIssued("k", "d7", "s"));
    assertFalse(rows.hasIssued("k", "d8", "s"));
  }

  @ParameterizedTest(name = "version {1} after {0}")
  @CsvSource({"7, 6", "7, 9"})
  void seesAVersionThatMayNotFollow(int first, int second) {
    admit("k", first);
    admit("k", second);
    assertEquals(
        List.of("row 1 admits version " + second + " after " + first),
        LedgerRows.of(bodies).faults());
  }

  @Test
  void seesARowThatWasChanged() {
    admit("k", 7);
    admit("k", 8);
    bodies.set(0, new String(bodies.getFirst(), UTF_8).replace("\"d7\"", "\"d6\"").getBytes(UTF_8));
    assertEquals(List.of("row 1 does not follow the one before"), LedgerRows.of(bodies).faults());
  }

  @Test
  void seesASignatureThatNothingAdmitted() {
    admit("k", 7);
    issue("other", 0);
    issue("k", 5);
    assertEquals(
        List.of("row 1 was issued without an admission", "row 2 was issued without an admission"),
        LedgerRows.of(bodies).faults());
  }
}
