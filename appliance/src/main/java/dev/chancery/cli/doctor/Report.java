package dev.chancery.cli.doctor;

import dev.chancery.cli.doctor.Finding.Status;
import java.util.ArrayList;
import java.util.List;

/** Findings in the order they were made. */
final class Report {
  private final List<Finding> findings = new ArrayList<>();

  void ok(String check, String detail) {
    findings.add(new Finding(check, Status.OK, detail, ""));
  }

  void warn(String check, String detail, String remedy) {
    findings.add(new Finding(check, Status.WARN, detail, remedy));
  }

  void fail(String check, String detail, String remedy) {
    findings.add(new Finding(check, Status.FAIL, detail, remedy));
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }
}
