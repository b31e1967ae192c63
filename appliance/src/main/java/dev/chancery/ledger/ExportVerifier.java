package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.RecentRoots;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.LedgerVerification.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges an export with nothing but the public audit key: its form, the chain, the tree, every
 * checkpoint, what was admitted and issued, and, from the digests of what was signed, every
 * signature that is not Ed25519. Of a part of a ledger it judges all but the decisions, for these
 * follow from the rows before.
 */
public final class ExportVerifier {
  private static final int R_BYTES = 32;

  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, NoteKey> auditKeys = new HashMap<>();
  private final Map<String, VerificationKey> keys = new HashMap<>();
  private final Map<Sha256, Sha256> nonces = new HashMap<>();
  private final boolean withSignatures;
  private final DecisionReplay replay = new DecisionReplay(this::found, this::issued);
  private final ExportHeader header;
  private final RecentRoots tree;
  private final boolean trustsExport;
  private final @Nullable Checkpoint stated;
  private final @Nullable Checkpoint known;
  private long sequence;
  private @Nullable Sha256 previous;
  private long checkpoints;
  private long signatures;
  private long epoch;
  private long treeSize;

  private ExportVerifier(
      ExportHeader header,
      List<VerificationKey> trusted,
      byte @Nullable [] known,
      boolean withSignatures) {
    this.header = header;
    this.withSignatures = withSignatures;
    this.sequence = header.from();
    this.tree = new RecentRoots(header.tree());
    this.trustsExport = trusted.isEmpty();
    for (VerificationKey each : trusted) {
      NoteKey key = NoteKey.of(header.ledgerId(), each.algorithm(), each.subjectPublicKeyInfo());
      auditKeys.put(key.fingerprint().hex(), key);
    }
    if (trustsExport) {
      notes.add(
          "no audit key was given: checkpoints are compared with the keys that the export names");
    }
    if (header.from() > 0) {
      notes.add("a part of a ledger: decisions follow from rows before it and were not judged");
    }
    this.stated = stated();
    this.known = known == null ? null : opened(known, "the checkpoint known");
  }

  /**
   * Judges the export that {@code in} has.
   *
   * @param trusted the public audit keys; with none, those that the export names are taken
   * @param known a checkpoint's note that somebody else kept, or null
   * @param withSignatures whether issued signatures are verified too, which takes longest
   */
  public static ExportVerification verify(
      InputStream in,
      List<VerificationKey> trusted,
      byte @Nullable [] known,
      boolean withSignatures)
      throws IOException {
    ExportLines lines = new ExportLines(in);
    ExportVerifier verifier;
    try {
      byte[] first = lines.next();
      ExportHeader header = ExportHeader.parse(first == null ? new byte[0] : first);
      verifier = new ExportVerifier(header, trusted, known, withSignatures);
    } catch (AuditException | IllegalArgumentException e) {
      Finding finding = new Finding(LedgerVerification.DERIVED, String.valueOf(e.getMessage()));
      return new ExportVerification("", 0, 0, 0, 0, List.of(), List.of(finding));
    }
    verifier.read(lines);
    return verifier.result();
  }

  private void read(ExportLines lines) throws IOException {
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        row(line);
      }
    } catch (AuditException e) {
      found(sequence, String.valueOf(e.getMessage()));
    }
    long end = header.from() + header.rows();
    if (sequence < end) {
      found(sequence, "the export ends before this row; its header says " + header.rows());
    }
    atEnd();
  }

  private ExportVerification result() {
    return new ExportVerification(
        header.ledgerId(),
        header.from(),
        sequence - header.from(),
        checkpoints,
        signatures,
        notes,
        findings);
  }

  private void row(byte[] line) {
    if (sequence >= header.from() + header.rows()) {
      found(sequence, "more lines than the header says");
    }
    Sha256 hash = RowChain.hash(line);
    try {
      judge(ParsedRow.of(line));
    } catch (AuditException
        | LedgerException
        | DateTimeException
        | ArithmeticException
        | IllegalArgumentException e) {
      found(sequence, String.valueOf(e.getMessage()));
    }
    tree.append(hash);
    previous = hash;
    sequence++;
    compare(stated, "the checkpoint in the header");
    compare(known, "the checkpoint known");
  }

  private void judge(ParsedRow row) {
    if (row.number("sequence") != sequence) {
      found(sequence, "the row says that its number is " + row.number("sequence"));
    }
    Sha256 before = sequence == 0 ? RowChain.START : previous;
    if (before != null && !row.text("previous").equals(before.hex())) {
      found(sequence, "the row does not hold the hash of the row before it");
    }
    String time = row.text("time");
    if (!Instant.parse(time).toString().equals(time)) {
      found(sequence, "the time is not in the one form");
    }
    RowShape.check(row);
    String kind = row.text("kind");
    if (kind.equals("genesis") != (sequence == 0)) {
      found(sequence, "the first row and no other is the genesis");
    }
    if (sequence == 0 && !row.text("ledger").equals(header.ledgerId())) {
      found(sequence, "the row names another ledger than the header");
    }
    switch (kind) {
      case "audit-key" -> auditKey(row);
      case "checkpoint" -> checkpoint(CheckpointRow.of(header.ledgerId(), row));
      default -> {}
    }
    if (header.from() == 0) {
      replay.row(sequence, row);
    }
  }

  private void auditKey(ParsedRow row) {
    NoteKey key = LedgerExport.key(header.ledgerId(), row);
    if (!key.fingerprint().hex().equals(row.text("auditKey"))) {
      found(sequence, "the audit key is not named by the hash of its public key");
    }
    if (trustsExport) {
      auditKeys.put(key.fingerprint().hex(), key);
    }
  }

  private void checkpoint(CheckpointRow row) {
    Checkpoint made = row.checkpoint();
    NoteKey key = auditKeys.get(row.auditKey());
    if (key == null) {
      found(sequence, "the checkpoint is by an audit key that is not trusted");
      return;
    }
    if (!key.verifies(made.text(), row.signature())) {
      found(sequence, "the signature of the checkpoint does not verify");
      return;
    }
    if (made.epoch() < epoch || made.treeSize() < treeSize || made.treeSize() > sequence) {
      found(sequence, "the checkpoint's epoch or size goes back, or it covers itself");
    }
    epoch = Math.max(epoch, made.epoch());
    treeSize = Math.max(treeSize, made.treeSize());
    agrees(made, "the checkpoint");
  }

  /** Whether the rows read are those of a checkpoint that covers no others. */
  private void agrees(Checkpoint made, String name) {
    if (made.treeSize() <= header.from()) {
      notes.add(name + " of " + made.treeSize() + " rows covers none of these");
      return;
    }
    boolean same =
        tree.root(made.treeSize()).filter(made.rootHash()::equals).isPresent()
            && tree.head(made.treeSize()).filter(made.headHash()::equals).isPresent();
    if (same) {
      checkpoints++;
    } else {
      found(
          sequence,
          name + " of " + made.treeSize() + " rows has another root or head than these rows");
    }
  }

  private void compare(@Nullable Checkpoint made, String name) {
    if (made != null && made.treeSize() == sequence) {
      agrees(made, name);
    }
  }

  private void atEnd() {
    if (stated != null && stated.treeSize() > sequence) {
      boolean follows =
          tree.root(sequence)
              .filter(
                  root ->
                      MerkleTree.verifyConsistency(
                          sequence,
                          root,
                          stated.treeSize(),
                          stated.rootHash(),
                          header.consistency()))
              .isPresent();
      if (follows) {
        checkpoints++;
      } else {
        found(sequence, "these rows are not the start of what the header's checkpoint covers");
      }
    }
    if (known != null && known.treeSize() > sequence) {
      found(
          sequence,
          "the export ends before this row, and the checkpoint known covers "
              + known.treeSize()
              + " rows");
    }
    if (known != null && known.treeSize() <= header.from()) {
      notes.add("the checkpoint known covers none of these rows");
    }
  }

  private @Nullable Checkpoint stated() {
    if (header.checkpoint().isEmpty()) {
      notes.add("there is no checkpoint yet: rows may be missing at the end");
      return null;
    }
    if (trustsExport) {
      return null; // its key is not known before the rows are read
    }
    return opened(header.note(), "the header's checkpoint");
  }

  private @Nullable Checkpoint opened(byte[] note, String name) {
    if (trustsExport) {
      throw new AuditException("a checkpoint known needs the audit key that signed it");
    }
    try {
      return Checkpoint.open(note, List.copyOf(auditKeys.values())).checkpoint();
    } catch (AuditException e) {
      found(header.from(), name + ": " + e.getMessage());
      return null;
    }
  }

  private void issued(
      long issuedRow,
      ParsedRow row,
      DecisionReplay.Admission admission,
      DecisionReplay.KeyHistory key) {
    if (!withSignatures) {
      return;
    }
    String keyId = admission.keyId();
    VerificationKey verification = keys.computeIfAbsent(keyId, id -> parsed(key.made()));
    if (verification.algorithm() == Algorithm.ED25519) {
      return;
    }
    RawSignature signature = new RawSignature(Base64.getDecoder().decode(row.text("signature")));
    if (!verification.verifyDigest(admission.digest(), signature)) {
      found(issuedRow, "the signature does not verify under the key's public key");
      return;
    }
    signatures++;
    if (verification.algorithm() == Algorithm.ECDSA) {
      // A token that derives k from the text (RFC 6979) gives the same text the same r again.
      Sha256 before = nonces.putIfAbsent(nonce(keyId, signature), admission.digest());
      if (before != null && !before.equals(admission.digest())) {
        found(issuedRow, "an r of this key came twice: its private key can be computed");
      }
    }
  }

  // One digest for both, so that they take little room.
  private static Sha256 nonce(String keyId, RawSignature signature) {
    byte[] r = Arrays.copyOf(signature.bytes(), R_BYTES);
    return Sha256.of(CanonicalJson.encode(List.of(keyId, Base64.getEncoder().encodeToString(r))));
  }

  private static VerificationKey parsed(ParsedRow made) {
    return VerificationKey.parse(
        Algorithm.of(made.text("algorithm")), Base64.getDecoder().decode(made.text("publicKey")));
  }

  private void found(long row, String what) {
    if (findings.size() < LedgerVerifier.MAX_FINDINGS) {
      findings.add(new Finding(row, what));
    }
  }
}
