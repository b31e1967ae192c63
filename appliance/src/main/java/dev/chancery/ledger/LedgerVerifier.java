package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.ledger.LedgerVerification.Finding;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole ledger and says what is not as docs/ledger-format.md says: the chain, the decisions
 * and the state derived from them.
 *
 * <p>It cannot say whether a signature verifies, for the rows hold a digest of what was signed and
 * not the bytes; nor whether rows are missing at the end together with what was derived from them.
 * Against that helps only a head that somebody else keeps.
 */
public final class LedgerVerifier {
  /** More than these are not told: one lost row makes every later one wrong. */
  static final int MAX_FINDINGS = 100;

  private final List<Finding> findings = new ArrayList<>();
  private final DecisionReplay replay;
  private Sha256 previous = RowChain.START;
  private long rows;
  private @Nullable String ledgerId;
  private @Nullable LedgerHead head;

  private LedgerVerifier() {
    this.replay = new DecisionReplay(this::found, (sequence, issued, admission, key) -> {});
  }

  /**
   * Verifies the ledger that {@code reader} reads, as of now; a writer beside it may go on.
   *
   * @throws LedgerException if the file cannot be read at all
   */
  public static LedgerVerification verify(LedgerReader reader) {
    List<LedgerVerification> result = new ArrayList<>();
    reader.view(
        view -> {
          LedgerVerifier verifier = new LedgerVerifier();
          view.rows(verifier::row);
          result.add(verifier.result(view));
        });
    return result.getFirst();
  }

  private LedgerVerification result(LedgerView view) {
    if (rows == 0) {
      found(0, "there is no first row");
    }
    DerivedState.compare(view, replay, this::found);
    return new LedgerVerification(rows, head, findings);
  }

  private void row(long sequence, byte[] body) {
    if (sequence != rows) {
      found(rows, "the row is missing; the next one there is " + sequence);
      rows = sequence;
    }
    try {
      read(sequence, ParsedRow.of(body), RowChain.hash(body));
    } catch (LedgerException | DateTimeException | IllegalArgumentException e) {
      found(sequence, String.valueOf(e.getMessage()));
    }
    previous = RowChain.hash(body);
    rows = sequence + 1;
  }

  private void read(long sequence, ParsedRow row, Sha256 hash) {
    if (row.number("sequence") != sequence) {
      found(sequence, "the row says that its number is " + row.number("sequence"));
    }
    if (!row.text("previous").equals(previous.hex())) {
      found(sequence, "the row does not hold the hash of the row before it");
    }
    Instant time = Instant.parse(row.text("time"));
    RowShape.check(row);
    if (sequence == 0) {
      ledgerId = row.text("ledger");
    }
    if (row.text("kind").equals("genesis") != (sequence == 0)) {
      found(sequence, "the first row and no other is the genesis");
    }
    if (ledgerId != null) {
      head = new LedgerHead(ledgerId, sequence, hash, time);
    }
    replay.row(sequence, row);
  }

  private void found(long sequence, String what) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new Finding(sequence, what));
    }
  }
}
