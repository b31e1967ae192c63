package dev.chancery.cli.doctor;

import dev.chancery.access.AccessFileException;
import dev.chancery.access.AccessPolicy;
import dev.chancery.config.ApplianceConfig;

/** That {@code access.yaml} can be read. */
final class AccessCheck {
  private AccessCheck() {}

  static void run(Report report, ApplianceConfig config) {
    try {
      AccessPolicy.load(config.access());
      report.ok("access", config.access() + " is right");
    } catch (AccessFileException e) {
      report.fail("access", String.valueOf(e.getMessage()), "correct it; nobody is let in before");
    }
  }
}
