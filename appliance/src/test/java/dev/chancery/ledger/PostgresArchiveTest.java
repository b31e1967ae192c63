package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.audit.NoteKey;
import dev.chancery.policy.PolicySettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old rows of a database go into segments while its nodes sign. */
class PostgresArchiveTest {
  private static final int CUT = 1_024;

  @TempDir Path directory;
  private PostgresPlace place = PostgresServer.shared().newDatabase();
  private LedgerReader reader = PostgresLedger.reader(place);
  private List<NoteKey> keys = List.of();

  @BeforeEach
  void fill() throws SQLException {
    try (LargeLedger large = LargeLedger.in(place, 20)) {
      large.grow(900);
      keys = List.of(large.noteKey());
    }
  }

  private LedgerBench node() {
    return new LedgerBench(new PostgresLedgerTest.InDatabase(place), PolicySettings.NOTARY, false);
  }

  /** Archives rows 0 to 1,023 as the command does. */
  private byte[] archive(PostgresPlace as) throws IOException {
    Path file = directory.resolve("one.jsonl");
    try (StoredLedger ledger = PostgresLedger.open(as, () -> LedgerBench.START)) {
      LedgerArchive archive = new LedgerArchive(PostgresLedger.reader(as), ledger);
      var plan = archive.allBut(reader.head().sequence() + 1 - CUT).orElseThrow();
      archive.record(archive.write(plan, file), "CN=operator", LedgerBench.START);
      archive.sweep();
    }
    return Files.readAllBytes(file);
  }

  private void assertWhole(byte[] segment) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    reader.export(CUT, Long.MAX_VALUE, rest);
    ExportVerification found =
        ExportVerifier.verify(
            List.of(
                new ExportVerifier.Input("segment", new ByteArrayInputStream(segment)),
                new ExportVerifier.Input("rest", new ByteArrayInputStream(rest.toByteArray()))),
            keys.stream().map(NoteKey::key).toList(),
            null,
            true);
    assertEquals(List.of(), found.findings());
    assertEquals(reader.head().sequence() + 1, found.rows());
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }

  @Test
  void nodesSignWhileRowsAreArchivedAndNothingIsMissing() throws Exception {
    long before = rows();
    byte[] segment;
    try (LedgerBench one = node();
        LedgerBench two = node()) {
      KeyRecord key = one.key(LedgerBench.APP, Role.TIMESTAMP);
      CompletableFuture<Void> signing =
          CompletableFuture.runAsync(
              () -> {
                for (int version = 1; version <= 200; version++) {
                  LedgerBench node = version % 2 == 0 ? one : two;
                  assertEquals("admit", node.verdict(node.proposal(key, version, "v" + version)));
                }
              });
      segment = archive(place);
      signing.join();
      assertEquals("VERSION_ROLLBACK", two.verdict(two.proposal(key, 150, "back")));
    }
    assertTrue(rows() < before, () -> rows() + " of " + before + " rows");
    assertWhole(segment);
  }

  @Test
  void anIdleNodeWhoseNewestRowWasArchivedGoesOn() throws Exception {
    place = PostgresServer.shared().newDatabase();
    reader = PostgresLedger.reader(place);
    try (LargeLedger large = LargeLedger.in(place, 20)) {
      large.grow(100);
      keys = List.of(large.noteKey());
      try (LedgerBench idle = node()) {
        long known = reader.head().sequence();
        large.grow(900);
        archive(place);
        assertTrue(reader.rowHash(known).isEmpty(), "the row it saw last is in the segment");
        KeyRecord key = idle.key(LedgerBench.APP, Role.TIMESTAMP);
        assertEquals("admit", idle.verdict(idle.proposal(key, 1, "one")));
      }
    }
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM ledger_row WHERE sequence = 1024",
        "DELETE FROM issued WHERE content >= 1024",
        "DELETE FROM segment",
        "UPDATE segment SET through = through + 256",
        "TRUNCATE segment",
        "TRUNCATE ledger_row CASCADE",
        "UPDATE ledger_row SET body = ''"
      })
  void theDatabaseItselfRefusesToLoseWhatIsNotArchived(String statement) throws Exception {
    archive(place);
    var refused =
        assertThrows(IllegalStateException.class, () -> PostgresServer.execute(place, statement));
    assertTrue(
        Objects.requireNonNull(refused.getMessage()).matches("(?s).*(deleted|stays|append-only).*"),
        refused::getMessage);
  }

  @Test
  void aRoleOfItsOwnArchivesAndMayDoNoMore() throws Exception {
    String role = "archivist_" + PostgresServer.name(place);
    PostgresServer.execute(place, "CREATE ROLE " + role + " LOGIN");
    PostgresServer.execute(
        place,
        Files.readString(Path.of("../deploy/postgresql/grants-archive.sql"))
            .replace(":\"role\"", role));
    PostgresPlace as = place.as(role, null);
    assertWhole(archive(as));
    assertFalse(PostgresLedger.facts(as).owner());
    for (String statement :
        List.of("UPDATE key_state SET watermark = 1", "DELETE FROM key_state")) {
      assertThrows(IllegalStateException.class, () -> PostgresServer.execute(as, statement));
    }
  }

  private long rows() {
    long[] rows = {0};
    reader.rows(0, (sequence, body) -> rows[0]++);
    return rows[0];
  }
}
