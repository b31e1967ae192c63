package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever can write the file can change anything in it; the verifier says what no longer fits. */
class LedgerVerifierTest {
  private static final RepositoryName OLD = new RepositoryName("registry.example/old");

  @TempDir static Path shared;
  private static Path untouched;
  private static List<byte[]> rows;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void copy() throws IOException {
    file = Files.copy(untouched, directory.resolve("ledger.db"));
  }

  /** A ledger with every kind of row. */
  @BeforeAll
  static void write() {
    untouched = shared.resolve("ledger.db");
    try (LedgerBench bench = new LedgerBench(untouched)) {
      KeyRecord timestamps = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      KeyRecord snapshots = bench.key(LedgerBench.APP, Role.SNAPSHOT);
      KeyRecord frozen = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      for (int version = 1; version <= 3; version++) {
        MetaFile served = bench.issue(bench.proposal(snapshots, version, "v" + version));
        bench.issue(bench.proposal(timestamps, version, Map.of("snapshot", served)));
      }
      bench.issue(bench.proposal(snapshots, 3, "v3"));
      bench.verdict(bench.proposal(snapshots, 3, "v3 again"));
      bench.verdict(bench.proposal(snapshots, 1, "rollback"));
      Recorded failing =
          bench.ledger.record(bench.proposal(snapshots, 4, "v4"), bench.policy, bench.now).join();
      bench.ledger.attemptFailed(failing, "CKR_DEVICE_ERROR", bench.now).join();
      bench.ledger.setStatus(frozen, KeyStatus.FROZEN, "CN=operator", "test", bench.now).join();
      for (int i = 0; i <= RefusalLimiter.ROWS; i++) {
        bench.ledger.refused(
            new RefusalEntry(
                bench.now,
                "CN=flood",
                "sign-timestamp",
                null,
                null,
                null,
                new RefusedException(Refusal.KEY_UNKNOWN, "no key", "a key", "make one")));
      }
      bench.ledger.addKey(bench.foreignKey(OLD, Role.SNAPSHOT)).join();
      bench.ledger.retire(OLD, "CN=operator", "deleted", bench.now).join();
      bench
          .ledger
          .changeRepository(
              LedgerBench.APP,
              now ->
                  new RepositorySettings(
                      now.name(), Custody.PUBLISHER, new Version(11), new Version(12)),
              "CN=operator",
              "test",
              bench.now)
          .join();
      bench.ledger.operatorAction("CN=operator", "look", "at it", bench.now).join();
    }
    try (LedgerBench bench = new LedgerBench(untouched)) {
      rows = bench.rows();
    }
  }

  @Test
  void findsNothingInALedgerThatNobodyTouched() {
    LedgerVerification verified = LedgerVerifier.verify(LedgerReader.of(file));
    assertEquals(List.of(), verified.findings());
    assertTrue(verified.ok());
    assertEquals(rows.size(), verified.rows());
    assertEquals(LedgerReader.of(file).head(), verified.head());
  }

  @Test
  void knowsEveryKindOfRow() {
    List<String> kinds =
        rows.stream().map(row -> ParsedRow.of(row).text("kind")).distinct().sorted().toList();
    assertEquals(
        List.of(
            "attempt-failed",
            "decision",
            "genesis",
            "issued",
            "key",
            "key-status",
            "operator-action",
            "refusals",
            "repository"),
        kinds);
  }

  @Test
  void goesOnBesideAWriter() {
    try (LedgerBench bench = new LedgerBench(file)) {
      bench.key(LedgerBench.APP, Role.SNAPSHOT);
      assertTrue(LedgerVerifier.verify(LedgerReader.of(file)).ok());
    }
  }

  @Test
  void findsAChangedByte() throws SQLException {
    byte[] changed = rows.get(4).clone();
    int at = new String(changed, StandardCharsets.US_ASCII).indexOf("CN=notary");
    changed[at] ^= 1;
    tamper("UPDATE ledger_row SET body = ? WHERE sequence = 4", changed);
    finds(5, "the row does not hold the hash of the row before it");
  }

  @Test
  void findsABlankThatIsNotCanonical() throws SQLException {
    String text = new String(rows.get(5), StandardCharsets.US_ASCII);
    tamper(
        "UPDATE ledger_row SET body = ? WHERE sequence = 5",
        text.replace(",\"kind\"", ", \"kind\"").getBytes(StandardCharsets.US_ASCII));
    finds(5, "a row is not");
  }

  @Test
  void findsSwappedRows() throws SQLException {
    tamper("UPDATE ledger_row SET body = ? WHERE sequence = 5", rows.get(6));
    tamper("UPDATE ledger_row SET body = ? WHERE sequence = 6", rows.get(5));
    finds(5, "the row says that its number is 6");
    finds(6, "the row says that its number is 5");
  }

  @Test
  void findsADeletedRow() throws SQLException {
    tamper("DELETE FROM ledger_row WHERE sequence = 5");
    finds(5, "the row is missing");
  }

  @Test
  void findsAMissingFirstRow() throws SQLException {
    tamper("DELETE FROM ledger_row WHERE sequence = 0");
    finds(0, "the row is missing");
  }

  @Test
  void findsAnEndThatWasCutOff() throws SQLException {
    tamper("DELETE FROM ledger_row WHERE sequence > 10");
    finds(LedgerVerification.DERIVED, "the watermark is");
  }

  @Test
  void findsTheRowsOfAnotherLedgerAfterItsOwn() throws SQLException {
    tamper("DELETE FROM ledger_row WHERE sequence > 10");
    try (LedgerBench other = new LedgerBench(directory.resolve("other.db"))) {
      for (int i = 0; i < 13; i++) {
        other.ledger.operatorAction("CN=operator", "look", "at " + i, other.now).join();
      }
      for (int row = 11; row <= 13; row++) {
        tamper(
            "INSERT INTO ledger_row (sequence, body) VALUES (" + row + ", ?)",
            other.rows().get(row));
      }
    }
    finds(11, "the row does not hold the hash of the row before it");
  }

  @Test
  void findsARowThatWasPutBetween() throws SQLException {
    Map<String, Object> fields = new HashMap<>();
    fields.put("action", "clock-confirmed");
    fields.put("caller", "CN=intruder");
    fields.put("detail", "");
    fields.put("kind", "operator-action");
    fields.put("previous", RowChain.hash(rows.get(4)).hex());
    fields.put("sequence", 5);
    fields.put("time", LedgerBench.START.toString());
    tamper("UPDATE ledger_row SET sequence = -sequence WHERE sequence >= 5");
    tamper("UPDATE ledger_row SET sequence = 1 - sequence WHERE sequence < 0");
    tamper("INSERT INTO ledger_row (sequence, body) VALUES (5, ?)", CanonicalJson.encode(fields));
    finds(6, "the row says that its number is 5");
  }

  @Test
  void findsARowOfAnUnknownKindAndOneWithAStrangeMember() throws SQLException {
    append(Map.of("kind", "laundry", "detail", "x"));
    finds(rows.size(), "the row is of an unknown kind");
    append(Map.of("kind", "operator-action", "action", "a", "caller", "c", "note", "n"));
    finds(rows.size() + 1, "lacks [detail] and has [note]");
  }

  @Test
  void findsAVersionThatWentBack() throws SQLException {
    Map<String, Object> fields = memberOf("admitted", "snapshot");
    fields.put("version", 1);
    fields.put("watermarkAfter", 1);
    append(fields);
    finds(rows.size(), "version 1 was admitted after version 4");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"VERSION_ROLLBACK, false", "EXPIRED, true", "KEY_FROZEN, true"})
  void findsARuleThatShadowModeCannotDefer(Refusal control, boolean wrong) throws SQLException {
    Map<String, Object> fields = memberOf("admitted", "snapshot");
    fields.put("outcome", "admitted-shadow");
    fields.put("control", control.name());
    fields.put("observed", "something");
    fields.put("warnings", List.of("let through"));
    fields.put("version", 2);
    fields.put("watermarkBefore", 4);
    fields.put("watermarkAfter", 2);
    append(fields);
    List<LedgerVerification.Finding> inRow =
        LedgerVerifier.verify(LedgerReader.of(file)).findings().stream()
            .filter(finding -> finding.sequence() == rows.size())
            .toList();
    assertEquals(wrong ? 1 : 0, inRow.size(), inRow::toString);
    // The table still has the watermark that the row took back.
    finds(LedgerVerification.DERIVED, "the watermark is 4, but the rows say 2");
  }

  @Test
  void findsASignatureThatNoRowAdmitted() throws SQLException {
    Map<String, Object> issued = new HashMap<>();
    issued.put("kind", "issued");
    issued.put("decision", 1);
    issued.put("keyid", ParsedRow.of(rows.get(1)).text("keyid"));
    issued.put("mode", "resident");
    issued.put("signature", "AAAA");
    issued.put("version", 1);
    append(issued);
    finds(rows.size(), "row 1 admitted no such key and version");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE key_state SET watermark = watermark - 1 WHERE signing_key = 1 | the watermark is 2",
        "UPDATE key_state SET watermark = watermark + 1 WHERE signing_key = 1 | the watermark is 4",
        "DELETE FROM key_state WHERE signing_key = 1             | the watermark is 0, but",
        "UPDATE key_state SET digest = randomblob(32)            | other contents are kept",
        "INSERT INTO other_content VALUES (1, 3, zeroblob(32), 9, 0) | other contents are kept",
        "UPDATE key_state SET first_sequence = 1                 | other contents are kept",
        "UPDATE signing_key SET status = 'active'                | another status is kept",
        "UPDATE signing_key SET token_key_id = 'x' WHERE mode <> 'foreign' | another token key is",
        "UPDATE signing_key SET attributes = randomblob(32) WHERE mode <> 'foreign' | another attrib",
        "UPDATE signing_key SET mode = 'imported' WHERE mode = 'resident' | another mode is kept",
        "UPDATE repository SET custody = 'here'                  | other settings are kept",
        "UPDATE repository SET timestamp_start = 13              | other settings are kept",
        "UPDATE repository SET snapshot_start = NULL             | other settings are kept",
        "UPDATE signing_key SET role = 'snapshot'                | another role is kept",
        "UPDATE signing_key SET public_key = x'00' WHERE number = 1  | another public key is kept",
        "UPDATE repository SET name = 'registry.example/x' WHERE custody = 'publisher' | another repository is kept",
        "DELETE FROM issued_snapshot WHERE version = 3           | what is kept is not what",
        "UPDATE issued_snapshot SET version = version + 1        | what is kept is not what",
        "UPDATE issued_snapshot SET sha256 = randomblob(32)      | what is kept is not what",
      })
  void findsDerivedStateThatTheRowsDoNotBear(String change, String finding) throws SQLException {
    tamper(change);
    finds(LedgerVerification.DERIVED, finding);
  }

  @Test
  void findsAKeyThatCameBackFromRetirement() throws SQLException {
    ParsedRow retired =
        rows.stream()
            .map(ParsedRow::of)
            .filter(row -> row.optionalText("status").filter("retired"::equals).isPresent())
            .findFirst()
            .orElseThrow();
    Map<String, Object> fields = new HashMap<>();
    retired.names().forEach(name -> retired.optionalText(name).ifPresent(t -> fields.put(name, t)));
    fields.put("status", "active");
    append(fields);
    finds(rows.size(), "the key was retired for ever before");
  }

  private void finds(long sequence, String what) {
    LedgerVerification verified = LedgerVerifier.verify(LedgerReader.of(file));
    assertTrue(
        verified.findings().stream()
            .anyMatch(each -> each.sequence() == sequence && each.what().contains(what)),
        () -> verified.findings().toString());
  }

  /** The members of the newest row with this outcome and role. */
  private Map<String, Object> memberOf(String outcome, String role) {
    ParsedRow found =
        rows.reversed().stream()
            .map(ParsedRow::of)
            .filter(row -> row.optionalText("outcome").filter(outcome::equals).isPresent())
            .filter(row -> row.optionalText("role").filter(role::equals).isPresent())
            .findFirst()
            .orElseThrow();
    Map<String, Object> fields = new HashMap<>();
    for (String name : found.names()) {
      found.optionalText(name).ifPresent(text -> fields.put(name, text));
      found.optionalNumber(name).ifPresent(number -> fields.put(name, number));
    }
    return fields;
  }

  /** A row that continues the chain as it should, whatever it says. */
  private void append(Map<String, Object> fields) throws SQLException {
    LedgerHead head = LedgerReader.of(file).head();
    String kind = String.valueOf(fields.get("kind"));
    byte[] body = RowChain.after(head).append(kind, head.time(), new HashMap<>(fields));
    tamper(
        "INSERT INTO ledger_row (sequence, body) VALUES (" + (head.sequence() + 1) + ", ?)", body);
  }

  private void tamper(String sql, byte[]... bodies) throws SQLException {
    try (Connection connection = Sqlite.openForWriting(file, false);
        Statement triggers = connection.createStatement();
        PreparedStatement change = connection.prepareStatement(sql)) {
      triggers.executeUpdate("DROP TRIGGER IF EXISTS ledger_row_is_append_only_update");
      triggers.executeUpdate("DROP TRIGGER IF EXISTS ledger_row_is_append_only_delete");
      triggers.executeUpdate("DROP TRIGGER IF EXISTS retired_is_for_ever");
      triggers.executeUpdate("DROP TRIGGER IF EXISTS watermark_never_goes_back");
      for (int i = 0; i < bodies.length; i++) {
        change.setBytes(i + 1, bodies[i]);
      }
      change.executeUpdate();
    }
  }
}
