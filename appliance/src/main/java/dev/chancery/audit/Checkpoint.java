package dev.chancery.audit;

import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a ledger was at one moment, as an audit key signs it: a C2SP tlog-checkpoint with three
 * extension lines (docs/ledger-format.md). It covers rows 0 to {@code treeSize} − 1.
 *
 * @param ledgerId the checkpoint's origin and its key's name, 32 hexadecimal digits
 * @param treeSize how many rows it covers, 1 or more
 * @param rootHash the RFC 6962 root over them
 * @param headHash the hash of the last of them
 * @param epoch how often the ledger had been opened for writing, 0 or more
 * @param time when it was made, cut to microseconds
 */
public record Checkpoint(
    String ledgerId, long treeSize, Sha256 rootHash, Sha256 headHash, long epoch, Instant time) {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");
  private static final int LINES = 6;

  public Checkpoint {
    SignedNote.checkName(ledgerId);
    time = time.truncatedTo(ChronoUnit.MICROS);
    if (treeSize < 1 || epoch < 0) {
      throw new AuditException("a checkpoint covers one row or more, and epochs count from 0");
    }
  }

  /** The text that is signed; its bytes are its UTF-8. */
  public String text() {
    return String.join(
        "\n",
        ledgerId,
        String.valueOf(treeSize),
        rootHash.base64(),
        "head " + headHash.hex(),
        "epoch " + epoch,
        "time " + time,
        "");
  }

  /** The note, where {@code signature} is what {@code key} made of {@link #text}. */
  public SignedNote signed(NoteKey key, RawSignature signature) {
    return new SignedNote(text(), List.of(key.line(signature)));
  }

  /**
   * Reads the text of a checkpoint of this ledger format.
   *
   * @throws AuditException if it is not exactly as {@link #text} writes it
   */
  public static Checkpoint parse(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() != LINES + 1 || !lines.getLast().isEmpty()) {
      throw new AuditException("a checkpoint of a ledger has six lines");
    }
    Checkpoint read;
    try {
      read =
          new Checkpoint(
              lines.getFirst(),
              number(lines.get(1)),
              Sha256.fromBytes(SignedNote.base64(lines.get(2))),
              Sha256.fromHex(after("head ", lines.get(3))),
              number(after("epoch ", lines.get(4))),
              Instant.parse(after("time ", lines.get(5))));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new AuditException("not a checkpoint of a ledger: " + e.getMessage(), e);
    }
    if (!read.text().equals(text)) {
      throw new AuditException("a checkpoint of a ledger that is not written in the one right way");
    }
    return read;
  }

  /**
   * Reads a note, and whether one of {@code keys} signed it.
   *
   * @throws AuditException if it is no checkpoint, none of the keys signed it, or a signature of
   *     theirs does not verify
   */
  public static Verified open(byte[] note, List<NoteKey> keys) {
    SignedNote signed = SignedNote.parse(note);
    Checkpoint checkpoint = parse(signed.text());
    Verified verified = null;
    for (SignedNote.Signature line : signed.signatures()) {
      for (NoteKey key : keys) {
        if (key.names(line)) {
          RawSignature signature = key.signature(line);
          if (!key.verifies(signed.text(), signature)) {
            throw new AuditException("the signature of the checkpoint does not verify");
          }
          verified = new Verified(checkpoint, key, signature);
        }
      }
    }
    if (verified == null || !verified.key().name().equals(checkpoint.ledgerId())) {
      throw new AuditException("the checkpoint is not signed by a known audit key of its ledger");
    }
    return verified;
  }

  /** A checkpoint, the key that signed it, and the signature. */
  public record Verified(Checkpoint checkpoint, NoteKey key, RawSignature signature) {}

  private static long number(String digits) {
    if (!NUMBER.matcher(digits).matches()) {
      throw new AuditException("a number in a checkpoint has up to 16 digits and no needless zero");
    }
    return Long.parseLong(digits);
  }

  private static String after(String word, String line) {
    if (!line.startsWith(word)) {
      throw new AuditException("a line of a checkpoint begins with '" + word + "'");
    }
    return line.substring(word.length());
  }
}
