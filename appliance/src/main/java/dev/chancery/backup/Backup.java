package dev.chancery.backup;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.BackupSeal;
import dev.chancery.audit.NoteKey;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.ExportVerification;
import dev.chancery.ledger.ExportVerifier;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerRestore;
import dev.chancery.ledger.LedgerVerification;
import dev.chancery.ledger.ParsedRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backup that was read to its end and is right in itself: its envelope, the chain of its rows,
 * each checkpoint among them, what was decided, and its seal where it has one. Whether the ledger
 * is the one that was meant, and how much is missing from it, shows only a token or an audit key
 * known from elsewhere.
 */
public final class Backup {
  private final Path file;
  private final RecipientKey key;
  private final BackupHeader header;
  private final List<BackupFile> files;
  private final Rows rows;
  private final BackupReader.Ending ending;
  private final @Nullable BackupSeal seal;

  private Backup(
      Path file, RecipientKey key, BackupReader reader, Rows rows, BackupReader.Ending ending) {
    this.file = file;
    this.key = key;
    this.header = reader.header();
    this.files = reader.files();
    this.rows = rows;
    this.ending = ending;
    this.seal = ending.seal().isEmpty() ? null : opened(ending);
  }

  /** A key that signs checkpoints, as its row names it. */
  public record AuditKeyRow(
      NoteKey key, String tokenLabel, String tokenSerial, String tokenKeyId) {}

  /** What the newest checkpoint among the rows says: how many it covers, and its epoch. */
  public record Covered(long rows, long epoch) {}

  /**
   * Reads and verifies a backup; nothing is written.
   *
   * @param trusted audit keys known from elsewhere; with none, those that its rows name are taken
   * @throws BackupException that names the file and what is wrong with it
   * @throws IOException if the file cannot be read
   */
  public static Backup verify(Path file, RecipientKey key, List<VerificationKey> trusted)
      throws IOException {
    try (BackupReader reader = BackupReader.open(file, key)) {
      Rows rows = new Rows();
      ExportVerification verified =
          ExportVerifier.verify(reader.export(rows::row), trusted, null, false);
      if (!verified.ok()) {
        throw new BackupException(
            file + " holds a ledger that was changed: " + first(verified.findings()));
      }
      rows.ledgerId = verified.ledgerId();
      return new Backup(file, key, reader, rows, reader.end(LedgerRestore::requireKept));
    } catch (LedgerException e) {
      throw new BackupException(file + " holds a ledger that was changed: " + e.getMessage(), e);
    }
  }

  private static String first(List<LedgerVerification.Finding> findings) {
    LedgerVerification.Finding first = findings.getFirst();
    return first.sequence() < 0 ? first.what() : "row " + first.sequence() + ": " + first.what();
  }

  private BackupSeal opened(BackupReader.Ending ending) {
    String note = String.join("\n", ending.seal()).concat("\n");
    BackupSeal opened;
    try {
      opened =
          BackupSeal.open(
              note.getBytes(StandardCharsets.UTF_8),
              auditKeys().stream().map(AuditKeyRow::key).toList());
    } catch (AuditException e) {
      throw new BackupException(file + ": " + e.getMessage(), e);
    }
    if (!opened.content().equals(ending.content())
        || opened.rows() != rowCount()
        || !opened.headHash().equals(headHash())
        || !opened.ledgerId().equals(ledgerId())) {
      throw new BackupException(file + " has the seal of another backup: it was changed");
    }
    return opened;
  }

  /**
   * Fills a ledger from it; to be finished by the caller. The file is read again.
   *
   * @throws BackupException if the file is not what it was
   * @throws LedgerException if the ledger cannot be written, or does not fit together
   */
  public void restore(LedgerRestore into) throws IOException {
    try (BackupReader reader = BackupReader.open(file, key);
        InputStream export = reader.export(into::row)) {
      export.transferTo(OutputStream.nullOutputStream());
      BackupReader.Ending again = reader.end(into::kept);
      if (!again.content().equals(ending.content())) {
        throw new BackupException(file + " was replaced while it was read");
      }
    }
  }

  /** When it was begun. */
  public Instant time() {
    return header.time();
  }

  /** The version of the program that made it. */
  public String program() {
    return header.program();
  }

  /** Where the ledger was, from the directory of the configuration; or empty. */
  public String ledgerFile() {
    return header.ledgerFile();
  }

  /** Configuration and certificates. */
  public List<BackupFile> files() {
    return files;
  }

  /** Names of files that it takes to serve and that are not in it. */
  public List<String> withheld() {
    return header.withheld();
  }

  /** The ledger's name. */
  public String ledgerId() {
    return rows.ledgerId;
  }

  /** How many rows it has. */
  public long rowCount() {
    return rows.count;
  }

  /** The hash of the newest row. */
  public Sha256 headHash() {
    return rows.head();
  }

  /** The time of the newest row. */
  public Instant headTime() {
    return Instant.parse(ParsedRow.of(rows.newest).text("time"));
  }

  /** The audit keys on the record; the one in use is the last. */
  public List<AuditKeyRow> auditKeys() {
    return rows.auditKeys.stream().map(row -> auditKey(rows.ledgerId, row)).toList();
  }

  private static AuditKeyRow auditKey(String ledgerId, ParsedRow row) {
    return new AuditKeyRow(
        NoteKey.of(
            ledgerId,
            Algorithm.of(row.text("algorithm")),
            Base64.getDecoder().decode(row.text("publicKey"))),
        row.text("tokenLabel"),
        row.text("tokenSerial"),
        row.text("tokenKeyId"));
  }

  /** The newest checkpoint among its rows. */
  public Optional<Covered> covered() {
    return Optional.ofNullable(rows.covered);
  }

  /** When the appliance sealed it; empty for one that it did not. */
  public Optional<Instant> sealed() {
    return Optional.ofNullable(seal).map(BackupSeal::time);
  }

  /** How many bytes it has unpacked. */
  public long unpackedBytes() {
    return ending.bytes();
  }

  /** What is remembered of rows that pass by. */
  private static final class Rows {
    private static final byte[] AUDIT_KEY = ascii("\"kind\":\"audit-key\"");
    private static final byte[] CHECKPOINT = ascii("\"kind\":\"checkpoint\"");

    private final List<ParsedRow> auditKeys = new ArrayList<>();
    private @Nullable Covered covered;
    private byte[] newest = new byte[0];
    private long count;
    private String ledgerId = "";

    // Nearly every row is neither, and parsing all of them would double the time.
    void row(byte[] row) {
      newest = row;
      count++;
      if (contains(row, AUDIT_KEY) || contains(row, CHECKPOINT)) {
        special(row);
      }
    }

    private void special(byte[] body) {
      try {
        ParsedRow row = ParsedRow.of(body);
        switch (row.text("kind")) {
          case "audit-key" -> auditKeys.add(row);
          case "checkpoint" -> covered = new Covered(row.number("treeSize"), row.number("epoch"));
          default -> {}
        }
      } catch (LedgerException e) {
        // The verifier reads the same row and says which it is.
      }
    }

    Sha256 head() {
      byte[] leaf = new byte[newest.length + 1];
      System.arraycopy(newest, 0, leaf, 1, newest.length);
      return Sha256.of(leaf);
    }

    private static boolean contains(byte[] row, byte[] text) {
      for (int i = 0; i + text.length <= row.length; i++) {
        int same = 0;
        while (same < text.length && row[i + same] == text[same]) {
          same++;
        }
        if (same == text.length) {
          return true;
        }
      }
      return false;
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
