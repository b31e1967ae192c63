package dev.chancery.ledger;

import java.util.List;

/**
 * What {@link ExportVerifier} found.
 *
 * @param ledgerId the ledger's name, or empty
 * @param from number of the first row
 * @param rows how many rows were read
 * @param checkpoints how many signed checkpoints agree with the rows
 * @param signatures how many issued signatures were verified
 * @param notes what could not be checked, and why
 * @param findings what is wrong; empty if all is as it must be
 */
public record ExportVerification(
    String ledgerId,
    long from,
    long rows,
    long checkpoints,
    long signatures,
    List<String> notes,
    List<LedgerVerification.Finding> findings) {
  public ExportVerification {
    notes = List.copyOf(notes);
    findings = List.copyOf(findings);
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return findings.isEmpty();
  }
}
