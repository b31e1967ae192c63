package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.audit.AuditException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store hands out, the verifier takes: whole, in parts, and row by row. */
class LedgerExportTest {
  @TempDir Path directory;
  private final ExportBench bench = ExportBench.usual();
  private LedgerReader reader = LedgerReader.of(Path.of("none"));

  @BeforeEach
  void store() throws SQLException {
    Path file = directory.resolve("ledger.db");
    try (var connection = Sqlite.openForWriting(file, true)) {
      Sqlite.createSchema(connection);
      try (LedgerStore store = new SqliteStore(connection)) {
        for (int i = 0; i < bench.bodies().size(); i++) {
          store.rows.append(i, bench.bodies().get(i));
        }
        byte[] spki = bench.auditKeyOfNotes().key().subjectPublicKeyInfo();
        store.auditKeys.insert(
            new AuditKey(
                Algorithm.ED25519,
                new TokenPlace("token", "1", "01", Sha256.of(spki)),
                new PublicKeyInfo(spki),
                ExportBench.START));
        store.commit();
      }
    }
    reader = LedgerReader.of(file);
  }

  private byte[] export(long from, long to) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reader.export(from, to, out);
    return out.toByteArray();
  }

  private ExportVerification verified(byte[] export) throws IOException {
    return ExportVerifier.verify(
        new ByteArrayInputStream(export), List.of(bench.auditKeyOfNotes().key()), null, true);
  }

  @Test
  void aWholeExportPasses() throws IOException {
    ExportVerification verified = verified(export(0, Long.MAX_VALUE));
    assertEquals(List.of(), verified.findings());
    assertEquals(bench.bodies().size(), verified.rows());
    assertEquals(3, verified.checkpoints(), "two in rows, and the newest in the header");
  }

  @Test
  void everyPartPassesAndIsBoundToTheNewestCheckpoint() throws IOException {
    int size = bench.bodies().size();
    for (int from = 0; from < size - 1; from++) {
      for (int to = from + 1; to < size; to += 3) {
        ExportVerification verified = verified(export(from, to));
        assertEquals(List.of(), verified.findings(), from + " to " + to);
        assertTrue(verified.checkpoints() > 0);
      }
    }
  }

  @Test
  void aPartWithAChangedRowFails() throws IOException {
    String part = new String(export(5, 9), StandardCharsets.UTF_8);
    byte[] changed = part.replaceFirst("resident", "imported").getBytes(StandardCharsets.UTF_8);
    assertTrue(verified(changed).findings().stream().anyMatch(found -> found.sequence() >= 5));
  }

  @Test
  void aPartOfAnotherPlaceFails() throws IOException {
    String part = new String(export(5, 9), StandardCharsets.UTF_8);
    String moved = part.replaceFirst("\"from\":5", "\"from\":6");
    assertTrue(!verified(moved.getBytes(StandardCharsets.UTF_8)).ok());
  }

  @Test
  void eachRowUnderTheCheckpointIsProved() {
    byte[] earlier = earlierNote();
    for (int row = 0; row < bench.find("checkpoint", 18); row++) {
      RowProof proof =
          RowProof.parse(RowProof.of(reader, row, earlier).json().getBytes(StandardCharsets.UTF_8));
      String proved = proof.verify(List.of(bench.auditKeyOfNotes().key()));
      assertTrue(proved.startsWith("ok: row " + row + " is under the checkpoint of "), proved);
      assertArrayEquals(bench.bodies().get(row), proof.row().getBytes(StandardCharsets.UTF_8));
    }
  }

  private byte[] earlierNote() {
    CheckpointRow row =
        CheckpointRow.of(
            ExportBench.LEDGER, ParsedRow.of(bench.bodies().get(bench.find("checkpoint", 0))));
    return row.checkpoint().signed(bench.auditKeyOfNotes(), row.signature()).bytes();
  }

  @Test
  void aProofOfAnotherRowOrByAnotherKeyProvesNothing() {
    RowProof proof = RowProof.of(reader, 5, null);
    RowProof other = RowProof.of(reader, 6, null);
    var keys = List.of(bench.auditKeyOfNotes().key());
    RowProof mixed =
        new RowProof(other.row(), proof.inclusion(), proof.checkpoint(), List.of(), List.of());
    assertThrows(AuditException.class, () -> mixed.verify(keys));
    var foreign = List.of(ExportBench.usual().auditKeyOfNotes().key());
    assertThrows(AuditException.class, () -> proof.verify(foreign));
    assertThrows(AuditException.class, () -> RowProof.of(reader, 1_000, null));
  }
}
