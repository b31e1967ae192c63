package dev.chancery.audit;

import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What an audit key signs of a backup (docs/backup.md): this content is a copy of my ledger as it
 * was. The first line is the name of no ledger, so a seal is no checkpoint and none is a seal.
 *
 * @param ledgerId whose copy, 32 hexadecimal digits; also the key's name
 * @param rows how many rows it has, from the first on
 * @param headHash the hash of the last of them
 * @param content SHA-256 of all lines before the seal
 * @param time when it was sealed, cut to microseconds
 */
public record BackupSeal(
    String ledgerId, long rows, Sha256 headHash, Sha256 content, Instant time) {
  private static final String FIRST = "chancery-backup-1";
  private static final int LINES = 6;

  public BackupSeal {
    SignedNote.checkName(ledgerId);
    time = time.truncatedTo(ChronoUnit.MICROS);
    if (rows < 1) {
      throw new AuditException("a backup has one row or more");
    }
  }

  /** The text that is signed; its bytes are its UTF-8. */
  public String text() {
    return String.join(
        "\n",
        FIRST,
        "ledger " + ledgerId,
        "rows " + rows,
        "head " + headHash.hex(),
        "content " + content.hex(),
        "time " + time,
        "");
  }

  /** The note, where {@code signature} is what {@code key} made of {@link #text}. */
  public SignedNote signed(NoteKey key, RawSignature signature) {
    return new SignedNote(text(), List.of(key.line(signature)));
  }

  /**
   * Reads a note that one of {@code keys} signed.
   *
   * @throws AuditException if it is no seal, none of the keys signed it, or its signature does not
   *     verify
   */
  public static BackupSeal open(byte[] note, List<NoteKey> keys) {
    SignedNote signed = SignedNote.parse(note);
    BackupSeal seal = parse(signed.text());
    for (SignedNote.Signature line : signed.signatures()) {
      for (NoteKey key : keys) {
        if (key.names(line) && key.name().equals(seal.ledgerId())) {
          if (!key.verifies(signed.text(), key.signature(line))) {
            throw new AuditException("the signature of the seal does not verify");
          }
          return seal;
        }
      }
    }
    throw new AuditException("the seal is not signed by an audit key of its ledger");
  }

  private static BackupSeal parse(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() != LINES + 1 || !lines.getFirst().equals(FIRST)) {
      throw new AuditException("a seal has six lines, the first of them " + FIRST);
    }
    try {
      BackupSeal read =
          new BackupSeal(
              after("ledger ", lines.get(1)),
              Long.parseLong(after("rows ", lines.get(2))),
              Sha256.fromHex(after("head ", lines.get(3))),
              Sha256.fromHex(after("content ", lines.get(4))),
              Instant.parse(after("time ", lines.get(5))));
      if (read.text().equals(text)) {
        return read;
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new AuditException("not a seal: " + e.getMessage(), e);
    }
    throw new AuditException("a seal that is not written in the one right way");
  }

  private static String after(String word, String line) {
    if (!line.startsWith(word)) {
      throw new AuditException("a line of a seal begins with '" + word + "'");
    }
    return line.substring(word.length());
  }
}
