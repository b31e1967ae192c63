package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonArray;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That a row is under a signed checkpoint, and where asked that the ledger at an earlier checkpoint
 * is the beginning of the ledger at this one (docs/ledger-format.md, "Proofs").
 *
 * @param row the row's bytes as text
 * @param inclusion its RFC 6962 audit path
 * @param checkpoint the lines of the checkpoint's note
 * @param earlier the lines of the earlier checkpoint's note; none if none was given
 * @param consistency the RFC 6962 consistency proof from the earlier one
 */
public record RowProof(
    String row,
    List<Sha256> inclusion,
    List<String> checkpoint,
    List<String> earlier,
    List<Sha256> consistency) {
  /** What the member {@code format} says. */
  public static final String FORMAT = "chancery-proof-1";

  /**
   * Proves row {@code sequence} of the ledger.
   *
   * @throws AuditException if there is no checkpoint that covers it
   */
  public static RowProof of(LedgerReader reader, long sequence, byte @Nullable [] earlierNote) {
    SignedCheckpoint newest =
        reader
            .newestCheckpoint()
            .orElseThrow(() -> new AuditException("the ledger has no checkpoint yet"));
    long size = newest.checkpoint().treeSize();
    if (sequence < 0 || sequence >= size) {
      throw new AuditException("the newest checkpoint covers rows 0 to " + (size - 1));
    }
    List<String> earlier = List.of();
    List<Sha256> consistency = List.of();
    if (earlierNote != null) {
      SignedNote note = SignedNote.parse(earlierNote);
      earlier = note.toString().lines().toList();
      consistency = reader.consistencyProof(Checkpoint.parse(note.text()).treeSize(), size);
    }
    return new RowProof(
        new String(reader.row(sequence), StandardCharsets.UTF_8),
        reader.inclusionProof(sequence, size),
        newest.note().toString().lines().toList(),
        earlier,
        consistency);
  }

  /** One line of canonical JSON. */
  public String json() {
    Map<String, Object> fields = new HashMap<>();
    fields.put("checkpoint", checkpoint);
    fields.put("consistency", consistency.stream().map(Sha256::hex).toList());
    fields.put("earlier", earlier);
    fields.put("format", FORMAT);
    fields.put("inclusion", inclusion.stream().map(Sha256::hex).toList());
    fields.put("row", row);
    return new String(CanonicalJson.encode(fields), StandardCharsets.UTF_8);
  }

  /**
   * Reads a proof.
   *
   * @throws AuditException if it has no such form
   */
  public static RowProof parse(byte[] json) {
    try {
      if (StrictJson.parse(json, StrictJson.Text.UNICODE) instanceof JsonObject fields
          && fields.get("row") instanceof JsonString row
          && new JsonString(FORMAT).equals(fields.get("format"))) {
        return new RowProof(
            row.value(),
            hashes(fields, "inclusion"),
            texts(fields, "checkpoint"),
            texts(fields, "earlier"),
            hashes(fields, "consistency"));
      }
    } catch (MalformedJsonException | IllegalArgumentException e) {
      throw new AuditException("the file is no proof: " + e.getMessage(), e);
    }
    throw new AuditException("the file is no " + FORMAT);
  }

  /**
   * Verifies the proof with the public audit keys.
   *
   * @return what it proves, in one line
   * @throws AuditException if it proves nothing, saying why
   */
  public String verify(List<VerificationKey> keys) {
    ParsedRow parsed = parsedRow();
    Checkpoint newest = opened(checkpoint, keys);
    long sequence = parsed.number("sequence");
    Sha256 leaf = MerkleTree.leaf(row.getBytes(StandardCharsets.UTF_8));
    if (!MerkleTree.verifyInclusion(
        leaf, sequence, newest.treeSize(), inclusion, newest.rootHash())) {
      throw new AuditException("row " + sequence + " is not under the checkpoint");
    }
    String proved =
        "ok: row " + sequence + " is under the checkpoint of " + newest.treeSize() + " rows";
    if (earlier.isEmpty()) {
      return proved;
    }
    Checkpoint old = opened(earlier, keys);
    if (!old.ledgerId().equals(newest.ledgerId())
        || !MerkleTree.verifyConsistency(
            old.treeSize(), old.rootHash(), newest.treeSize(), newest.rootHash(), consistency)) {
      throw new AuditException(
          "the ledger at " + old.treeSize() + " rows is not the beginning of this one");
    }
    return proved + ", which begins with the " + old.treeSize() + " of the earlier one";
  }

  private ParsedRow parsedRow() {
    try {
      return ParsedRow.of(row.getBytes(StandardCharsets.UTF_8));
    } catch (LedgerException e) {
      throw new AuditException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Checkpoint opened(List<String> lines, List<VerificationKey> keys) {
    byte[] note = String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8);
    String origin = lines.isEmpty() ? "" : lines.getFirst();
    List<NoteKey> named =
        keys.stream()
            .map(key -> NoteKey.of(origin, key.algorithm(), key.subjectPublicKeyInfo()))
            .toList();
    return Checkpoint.open(note, named).checkpoint();
  }

  private static List<String> texts(JsonObject fields, String name) {
    List<String> texts = new ArrayList<>();
    if (fields.get(name) instanceof JsonArray array) {
      for (JsonValue value : array.values()) {
        texts.add(value instanceof JsonString text ? text.value() : "");
      }
    }
    return texts;
  }

  private static List<Sha256> hashes(JsonObject fields, String name) {
    return texts(fields, name).stream().map(Sha256::fromHex).toList();
  }
}
