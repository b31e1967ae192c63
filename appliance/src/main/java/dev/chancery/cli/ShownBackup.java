package dev.chancery.cli;

import dev.chancery.backup.Backup;
import dev.chancery.backup.Backup.AuditKeyRow;
import java.io.PrintWriter;

/** What a verified backup is, for the person at the terminal. */
final class ShownBackup {
  private final PrintWriter out;

  ShownBackup(PrintWriter out) {
    this.out = out;
  }

  /**
   * @param auditKeyGiven whether its audit key was compared with one known from elsewhere
   */
  void print(Backup backup, boolean auditKeyGiven) {
    out.println(
        "ledger "
            + backup.ledgerId()
            + ", "
            + backup.rowCount()
            + " rows, the newest of "
            + backup.headTime());
    out.println("newest row's hash " + backup.headHash().hex());
    out.println(
        backup
            .covered()
            .map(
                covered ->
                    "newest checkpoint in it: "
                        + covered.rows()
                        + " rows, epoch "
                        + covered.epoch())
            .orElse("no checkpoint in it"));
    if (!backup.auditKeys().isEmpty()) {
      AuditKeyRow key = backup.auditKeys().getLast();
      out.println("of token \"" + key.tokenLabel() + "\", serial " + key.tokenSerial());
      out.println("audit key " + key.key().vkey());
      if (!auditKeyGiven) {
        out.println("  (named by the backup itself: compare it with one you kept, or --audit-key)");
      }
    }
    out.println("made " + backup.time() + " by Chancery " + backup.program());
    out.println(
        backup
            .sealed()
            .map(time -> "sealed by the audit key " + time)
            .orElse("NOT sealed: nothing shows who wrote its configuration"));
    backup.files().forEach(file -> out.println("with " + file));
  }
}
