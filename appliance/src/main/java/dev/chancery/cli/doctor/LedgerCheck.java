package dev.chancery.cli.doctor;

import dev.chancery.ConfiguredLedger;
import dev.chancery.api.Algorithm;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.LedgerConfig;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerHead;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerification;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.PostgresLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The ledger's chain and watermarks, and the clock as seen from it (RULES F-7). */
final class LedgerCheck {
  /** As long as the server starts without a confirmation (RULES F-7). */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private static final String RESTORE =
      "do not start the server; keep the file as it is, and compare it with a backup";

  private static final int MAX_FINDINGS = 10;

  private final Report report;
  private final Instant now;

  LedgerCheck(Report report, Instant now) {
    this.report = report;
    this.now = now;
  }

  /** Reads only, so it works beside a running server. */
  void run(ApplianceConfig config) {
    if (config.ledger() instanceof LedgerConfig.Sqlite(Path file) && !Files.isRegularFile(file)) {
      report.fail(
          "ledger",
          file + " does not exist",
          "was it moved or lost? A new one would forget every watermark: restore it from a backup");
      return;
    }
    try {
      LedgerReader reader = ConfiguredLedger.reader(config.ledger());
      LedgerHead head = reader.head();
      if (config.ledger() instanceof LedgerConfig.Postgresql server) {
        new PostgresCheck(report).run(PostgresLedger.facts(ConfiguredLedger.place(server)));
      }
      chain(reader, head);
      auditKey(reader);
      clock(reader.trustedTime(), config.policy().clockSkew());
    } catch (LedgerException e) {
      report.fail("ledger", String.valueOf(e.getMessage()), RESTORE);
    }
  }

  private void chain(LedgerReader reader, LedgerHead head) {
    LedgerVerification verified = LedgerVerifier.verify(reader);
    if (verified.ok()) {
      report.ok(
          "ledger", "id " + head.ledgerId() + ", " + verified.rows() + " row(s), chain unbroken");
      report.ok("ledger", reader.watermarks().size() + " watermark(s), as the decisions say");
      return;
    }
    verified.findings().stream()
        .limit(MAX_FINDINGS)
        .forEach(finding -> report.fail("ledger", shown(finding), RESTORE));
  }

  private void auditKey(LedgerReader reader) {
    List<AuditKey> keys = reader.auditKeys();
    if (keys.isEmpty()) {
      report.ok("checkpoints", "no audit key yet: the server's first start makes it");
    } else if (keys.getLast().algorithm() == Algorithm.ED25519) {
      report.ok("checkpoints", "signed with Ed25519");
    } else {
      report.warn(
          "checkpoints",
          "signed with ECDSA P-256, for the token had no Ed25519",
          "'chancery audit verify' reads them; witnesses of C2SP read Ed25519 alone");
    }
  }

  private static String shown(LedgerVerification.Finding finding) {
    return finding.sequence() == LedgerVerification.DERIVED
        ? finding.what()
        : "row " + finding.sequence() + ": " + finding.what();
  }

  private void clock(Instant lastTrusted, Duration skew) {
    Instant newest = lastTrusted.truncatedTo(ChronoUnit.SECONDS);
    String time = "it is " + now.truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(lastTrusted.minus(skew))) {
      report.fail(
          "clock",
          time + ", before the ledger's newest admission of " + newest,
          "set the clock right; the server signs nothing before");
    } else if (now.isAfter(lastTrusted.plus(LONGEST_PAUSE))) {
      report.warn(
          "clock",
          time + ", more than 7 days after the ledger's newest admission of " + newest,
          "if the clock is right, run 'chancery clock confirm' once the server has started");
    } else {
      report.ok("clock", time + "; the ledger last trusted the clock at " + newest);
    }
  }
}
