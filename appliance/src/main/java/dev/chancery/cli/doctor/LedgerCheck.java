package dev.chancery.cli.doctor;

import dev.chancery.config.ApplianceConfig;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerHead;
import dev.chancery.ledger.SqliteReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The ledger's chain and watermarks, and the clock as seen from it (RULES F-7). */
final class LedgerCheck {
  /** As long as the server starts without a confirmation (RULES F-7). */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private static final String RESTORE =
      "do not start the server; keep the file as it is, and compare it with a backup";

  private final Report report;
  private final Instant now;

  LedgerCheck(Report report, Instant now) {
    this.report = report;
    this.now = now;
  }

  /** Reads only, so it works beside a running server. */
  void run(ApplianceConfig config) {
    Path file = config.ledger().sqlite();
    if (!Files.isRegularFile(file)) {
      report.fail(
          "ledger",
          file + " does not exist",
          "was it moved or lost? A new one would forget every watermark: restore it from a backup");
      return;
    }
    try {
      SqliteReader reader = SqliteReader.of(file);
      LedgerHead head = reader.head();
      chain(reader, head);
      clock(head, config.policy().clockSkew());
    } catch (LedgerException e) {
      report.fail("ledger", String.valueOf(e.getMessage()), RESTORE);
    }
  }

  private void chain(SqliteReader reader, LedgerHead head) {
    ChainReader chain = new ChainReader();
    reader.rows(0, chain);
    if (chain.problem().isPresent()) {
      report.fail("ledger", chain.problem().get(), RESTORE);
      return;
    }
    report.ok("ledger", "id " + head.ledgerId() + ", " + chain.count() + " row(s), chain unbroken");
    // Read after the rows: a server that runs meanwhile only raises them.
    int wrong = chain.compare(reader.watermarks(), found -> report.fail("ledger", found, RESTORE));
    if (wrong == 0) {
      report.ok("ledger", chain.watermarks() + " watermark(s), as the decisions say");
    }
  }

  private void clock(LedgerHead head, Duration skew) {
    Instant newest = head.time().truncatedTo(ChronoUnit.SECONDS);
    String time = "it is " + now.truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(head.time().minus(skew))) {
      report.fail(
          "clock",
          time + ", before the ledger's newest row of " + newest,
          "set the clock right; the server signs nothing before");
    } else if (now.isAfter(head.time().plus(LONGEST_PAUSE))) {
      report.warn(
          "clock",
          time + ", more than 7 days after the ledger's newest row of " + newest,
          "if the clock is right, run 'chancery clock confirm' once the server has started");
    } else {
      report.ok("clock", time + "; the ledger's newest row is of " + newest);
    }
  }
}
