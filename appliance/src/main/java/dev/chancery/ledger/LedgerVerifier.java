package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.ledger.DecisionReplay.File;
import dev.chancery.ledger.LedgerVerification.Finding;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole ledger and says what is not as docs/ledger-format.md says: the chain, the decisions
 * and the state derived from them.
 *
 * <p>It cannot say whether a signature verifies, for the rows hold a digest of what was signed and
 * not the bytes; nor whether rows are missing at the end together with what was derived from them.
 * Against that helps only a head that somebody else keeps.
 */
public final class LedgerVerifier implements DecisionReplay.Listener {
  /** More than these are not told: one lost row makes every later one wrong. */
  static final int MAX_FINDINGS = 100;

  private final LedgerView view;
  private final List<Finding> findings = new ArrayList<>();
  private final DecisionReplay replay;
  private final long archivedThrough;
  private long archived = -1;
  private final Fingerprints files = new Fingerprints();
  private @Nullable Sha256 previous = RowChain.START;
  private long rows;
  private @Nullable String ledgerId;
  private @Nullable CheckedRow last;

  private LedgerVerifier(LedgerView view) {
    this.view = view;
    this.archivedThrough = view.archivedThrough();
    this.replay = new DecisionReplay(this::found, this, archivedThrough);
  }

  /**
   * Verifies the ledger that {@code reader} reads, as of now; a writer beside it may go on.
   *
   * @throws LedgerException if the file cannot be read at all
   */
  public static LedgerVerification verify(LedgerReader reader) {
    List<LedgerVerification> result = new ArrayList<>();
    reader.view(view -> result.add(new LedgerVerifier(view).verify()));
    return result.getFirst();
  }

  private record Numbered(long sequence, CheckedRow row) {}

  @SuppressWarnings("ArrayRecordComponent") // neither compared nor changed
  private record Stored(long sequence, byte[] body) {}

  private LedgerVerification verify() {
    ExecutorService workers = RowPipeline.workers();
    try {
      RowPipeline<Stored, Numbered> pipeline =
          new RowPipeline<>(
              workers,
              stored -> new Numbered(stored.sequence(), CheckedRow.of(stored.body())),
              this::row);
      view.rows((sequence, body) -> pipeline.add(new Stored(sequence, body)));
      pipeline.end();
    } finally {
      workers.shutdownNow();
    }
    if (rows == 0) {
      found(0, "there is no first row");
    }
    DerivedState.compare(view, replay, this::found);
    if (archived != archivedThrough) {
      found(
          LedgerVerification.DERIVED,
          "rows to " + archivedThrough + " count as archived, but rows say to " + archived);
    }
    if (archivedThrough < 0 && view.files() != files.size()) {
      found(
          LedgerVerification.DERIVED,
          view.files() + " snapshot files are kept, but rows issued " + files.size());
    }
    return new LedgerVerification(rows, head(), findings);
  }

  private @Nullable LedgerHead head() {
    ParsedRow row = last == null ? null : last.row();
    return last == null || row == null || ledgerId == null
        ? null
        : new LedgerHead(
            ledgerId, row.number("sequence"), last.hash(), Instant.parse(row.text("time")));
  }

  private void row(Numbered numbered) {
    long sequence = numbered.sequence();
    CheckedRow checked = numbered.row();
    if (sequence != rows) {
      long missing = Math.max(rows, archivedThrough + 1);
      if (sequence > missing) {
        found(missing, "the row is missing; the next one there is " + sequence);
      }
      previous = null;
    }
    try {
      read(sequence, checked);
    } catch (LedgerException | ArithmeticException | IllegalArgumentException e) {
      found(sequence, String.valueOf(e.getMessage()));
    }
    previous = checked.hash();
    rows = sequence + 1;
  }

  private void read(long sequence, CheckedRow checked) {
    ParsedRow row = checked.row();
    if (row == null || checked.wrong() != null) {
      found(sequence, String.valueOf(checked.wrong()));
    }
    if (row == null) {
      return;
    }
    if (row.number("sequence") != sequence) {
      found(sequence, "the row says that its number is " + row.number("sequence"));
    }
    if (previous != null && !row.text("previous").equals(previous.hex())) {
      found(sequence, "the row does not hold the hash of the row before it");
    }
    if (checked.wrong() != null) {
      return;
    }
    if (row.text("kind").equals("genesis") != (sequence == 0)) {
      found(sequence, "the first row and no other is the genesis");
    }
    if (sequence == 0) {
      ledgerId = row.text("ledger");
    }
    if (row.text("kind").equals("archive")) {
      archived = Math.max(archived, row.number("throughSequence"));
    }
    last = checked;
    replay.row(sequence, row);
  }

  @Override
  public void file(long sequence, Sha256 sha256, File file) {
    files.add(ByteBuffer.wrap(sha256.bytes()).getLong());
    if (view.file(sha256).filter(file::equals).isEmpty()) {
      found(
          LedgerVerification.DERIVED,
          "snapshot file " + sha256 + ": what is kept is not what the rows say was issued");
    }
  }

  private void found(long sequence, String what) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new Finding(sequence, what));
    }
  }
}
