package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.RecentRoots;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.DecisionReplay.Admission;
import dev.chancery.ledger.DecisionReplay.KeyHistory;
import dev.chancery.ledger.LedgerVerification.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Judges exports with nothing but the public audit key: their form, the chain, the tree, every
 * checkpoint, what was admitted and issued, and, from the digests of what was signed, every
 * signature that is not Ed25519. Several are judged as one where each begins with the row after the
 * last of the one before, as the segments of an archived ledger do. Of a part of a ledger all is
 * judged but the decisions, for these follow from the rows before.
 */
public final class ExportVerifier implements DecisionReplay.Listener {
  private static final String KNOWN = "the checkpoint known";

  /** An export; whoever gave it closes it. */
  public record Input(String name, InputStream in) {}

  /** A checkpoint that stands in no row. */
  private record Stated(Checkpoint checkpoint, String name) {}

  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, NoteKey> auditKeys = new HashMap<>();
  private final List<Stated> stated = new ArrayList<>();
  private final boolean withSignatures;
  private final DecisionReplay replay = new DecisionReplay(this::found, this);
  private final RowPipeline<byte[], CheckedRow> pipeline;
  private final IssuedSignatures signatures;
  private final ArchiveRows archives = new ArchiveRows(this::found);
  private final ExportHeader first;
  private final RecentRoots tree;
  private final boolean trustsExport;
  private ExportHeader part;
  private long sequence;
  private @Nullable Sha256 previous;
  private long checkpoints;
  private long epoch;
  private long treeSize;

  private ExportVerifier(
      ExportHeader header,
      List<VerificationKey> trusted,
      boolean withSignatures,
      ExecutorService workers) {
    this.first = header;
    this.part = header;
    this.withSignatures = withSignatures;
    this.pipeline = new RowPipeline<>(workers, CheckedRow::of, this::row);
    this.signatures = new IssuedSignatures(workers, this::found);
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
  }

  /** As {@link #verify(List, List, byte[], boolean)}, of one export. */
  public static ExportVerification verify(
      InputStream in,
      List<VerificationKey> trusted,
      byte @Nullable [] known,
      boolean withSignatures)
      throws IOException {
    return verify(List.of(new Input("the export", in)), trusted, known, withSignatures);
  }

  /**
   * Judges exports that follow one another.
   *
   * @param inputs one or more, in the order of their rows
   * @param trusted the public audit keys; with none, those that the export names are taken
   * @param known a checkpoint's note that somebody else kept, or null
   * @param withSignatures whether issued signatures are verified too, which takes longest
   */
  public static ExportVerification verify(
      List<Input> inputs,
      List<VerificationKey> trusted,
      byte @Nullable [] known,
      boolean withSignatures)
      throws IOException {
    ExecutorService workers = RowPipeline.workers();
    try {
      ExportLines lines = new ExportLines(inputs.getFirst().in());
      ExportVerifier verifier;
      try {
        verifier = new ExportVerifier(header(lines), trusted, withSignatures, workers);
        verifier.known(known);
      } catch (AuditException | IllegalArgumentException e) {
        Finding finding = new Finding(LedgerVerification.DERIVED, String.valueOf(e.getMessage()));
        return new ExportVerification("", 0, 0, 0, 0, List.of(), List.of(finding));
      }
      verifier.part(lines);
      for (Input next : inputs.subList(1, inputs.size())) {
        verifier.next(next);
      }
      return verifier.result();
    } finally {
      workers.shutdownNow();
    }
  }

  private static ExportHeader header(ExportLines lines) throws IOException {
    byte[] first = lines.next();
    return ExportHeader.parse(first == null ? new byte[0] : first);
  }

  private void next(Input input) throws IOException {
    ExportLines lines = new ExportLines(input.in());
    ExportHeader header;
    try {
      header = header(lines);
    } catch (AuditException e) {
      found(sequence, input.name() + ": " + e.getMessage());
      return;
    }
    if (!header.ledgerId().equals(first.ledgerId()) || header.from() != sequence) {
      found(
          sequence,
          input.name() + " begins with row " + header.from() + " of ledger " + header.ledgerId());
      return;
    }
    if (!header.before().equals(tree.subtrees())) {
      found(
          sequence, input.name() + " follows other rows than those before: their tree is another");
    }
    part = header;
    part(lines);
  }

  private void part(ExportLines lines) throws IOException {
    Checkpoint inHeader = inHeader();
    if (inHeader != null) {
      stated.add(new Stated(inHeader, "the checkpoint in the header"));
    }
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        pipeline.add(line);
      }
      pipeline.end();
    } catch (AuditException e) {
      pipeline.end();
      found(sequence, String.valueOf(e.getMessage()));
    }
    if (sequence < part.from() + part.rows()) {
      found(sequence, "the export ends before this row; its header says " + part.rows());
    }
    if (inHeader != null && inHeader.treeSize() > sequence) {
      leadsTo(inHeader);
    }
    archives.given(part, sequence, lines.length(), lines.sha256());
  }

  private ExportVerification result() {
    for (Stated each : stated) {
      if (each.name().equals(KNOWN)) {
        atEnd(each.checkpoint());
      }
    }
    notes.addAll(archives.notes());
    long verified = signatures.end();
    findings.sort(Comparator.comparingLong(Finding::sequence));
    return new ExportVerification(
        first.ledgerId(),
        first.from(),
        sequence - first.from(),
        checkpoints,
        verified,
        notes,
        findings);
  }

  private void row(CheckedRow checked) {
    if (sequence >= part.from() + part.rows()) {
      found(sequence, "more lines than the header says");
    }
    try {
      judge(checked);
    } catch (AuditException | LedgerException | ArithmeticException | IllegalArgumentException e) {
      found(sequence, String.valueOf(e.getMessage()));
    }
    tree.append(checked.hash());
    previous = checked.hash();
    sequence++;
    for (Stated each : stated) {
      if (each.checkpoint().treeSize() == sequence) {
        agrees(each.checkpoint(), each.name());
      }
    }
  }

  private void judge(CheckedRow checked) {
    if (checked.wrong() != null) {
      found(sequence, checked.wrong());
    }
    ParsedRow row = checked.row();
    if (row == null) {
      return;
    }
    if (row.number("sequence") != sequence) {
      found(sequence, "the row says that its number is " + row.number("sequence"));
    }
    Sha256 before = sequence == 0 ? RowChain.START : previous;
    if (before != null && !row.text("previous").equals(before.hex())) {
      found(sequence, "the row does not hold the hash of the row before it");
    }
    if (checked.wrong() != null) {
      return;
    }
    String kind = row.text("kind");
    if (kind.equals("genesis") != (sequence == 0)) {
      found(sequence, "the first row and no other is the genesis");
    }
    if (sequence == 0 && !row.text("ledger").equals(first.ledgerId())) {
      found(sequence, "the row names another ledger than the header");
    }
    switch (kind) {
      case "audit-key" -> auditKey(row);
      case "checkpoint" -> checkpoint(CheckpointRow.of(first.ledgerId(), row));
      case "archive" -> archives.row(sequence, row, tree);
      default -> {}
    }
    if (first.from() == 0) {
      replay.row(sequence, row);
    }
  }

  private void auditKey(ParsedRow row) {
    NoteKey key = LedgerExport.key(first.ledgerId(), row);
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
    if (made.treeSize() <= first.from()) {
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

  /** Whether the rows so far are the beginning of what a header's larger checkpoint covers. */
  private void leadsTo(Checkpoint larger) {
    boolean follows =
        tree.root(sequence)
            .filter(
                root ->
                    MerkleTree.verifyConsistency(
                        sequence, root, larger.treeSize(), larger.rootHash(), part.consistency()))
            .isPresent();
    if (follows) {
      checkpoints++;
    } else {
      found(sequence, "these rows are not the start of what the header's checkpoint covers");
    }
  }

  private void atEnd(Checkpoint known) {
    if (known.treeSize() > sequence) {
      found(
          sequence,
          "the export ends before this row, and the checkpoint known covers "
              + known.treeSize()
              + " rows");
    }
    if (known.treeSize() <= first.from()) {
      notes.add("the checkpoint known covers none of these rows");
    }
  }

  private @Nullable Checkpoint inHeader() {
    if (part.checkpoint().isEmpty()) {
      notes.add("there is no checkpoint yet: rows may be missing at the end");
      return null;
    }
    if (trustsExport) {
      return null; // its key is not known before the rows are read
    }
    return opened(part.note(), "the header's checkpoint");
  }

  private void known(byte @Nullable [] note) {
    if (note == null) {
      return;
    }
    if (trustsExport) {
      throw new AuditException("a checkpoint known needs the audit key that signed it");
    }
    Checkpoint known = opened(note, KNOWN);
    if (known != null) {
      stated.add(new Stated(known, KNOWN));
    }
  }

  private @Nullable Checkpoint opened(byte[] note, String name) {
    try {
      return Checkpoint.open(note, List.copyOf(auditKeys.values())).checkpoint();
    } catch (AuditException e) {
      found(part.from(), name + ": " + e.getMessage());
      return null;
    }
  }

  @Override
  public void issued(long issuedRow, ParsedRow row, Admission admission, KeyHistory key) {
    if (withSignatures) {
      signatures.issued(issuedRow, row, admission, key);
    }
  }

  private void found(long row, String what) {
    if (findings.size() < LedgerVerifier.MAX_FINDINGS) {
      findings.add(new Finding(row, what));
    }
  }
}
