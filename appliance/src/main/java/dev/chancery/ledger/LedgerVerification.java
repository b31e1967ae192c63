package dev.chancery.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LedgerVerifier} found.
 *
 * @param rows how many rows there are
 * @param head the newest row, or null where none can be read
 * @param findings what is wrong; empty if all is as it must be
 */
public record LedgerVerification(
    long rows, @Nullable LedgerHead head, List<LedgerVerification.Finding> findings) {
  /** The {@link Finding#sequence} of what is wrong in the derived state and not in a row. */
  public static final long DERIVED = -1;

  /**
   * Something that is not as it must be.
   *
   * @param sequence number of the row it was seen in, or {@link #DERIVED}
   * @param what what is wrong, in one line
   */
  public record Finding(long sequence, String what) {}

  public LedgerVerification {
    findings = List.copyOf(findings);
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return findings.isEmpty();
  }
}
