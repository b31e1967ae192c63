package dev.chancery.cli.doctor;

import dev.chancery.config.ApplianceConfig;
import dev.chancery.policy.ShadowMode;
import java.time.Instant;

/** What in the policy an operator should not forget. */
final class PolicyCheck {
  private PolicyCheck() {}

  static void run(Report report, ApplianceConfig config, Instant now) {
    Instant until = config.policy().shadowUntil();
    if (until == null) {
      report.ok("policy", "every rule refuses");
      return;
    }
    ShadowMode shadow = new ShadowMode(until);
    if (shadow.isTooLong(now)) {
      report.fail(
          "policy",
          "policy.shadow.until is " + until + ": the server will not start",
          "choose a date at most " + ShadowMode.LONGEST.toDays() + " days ahead");
    } else if (shadow.isOn(now)) {
      report.warn(
          "policy",
          "shadow mode until " + until + ": state rules take note and do not refuse",
          "look for admitted-shadow rows; remove policy.shadow when there are no more");
    } else {
      report.ok("policy", "every rule refuses; shadow mode ended " + until);
    }
  }
}
