package dev.chancery.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything the demo saw, for machines to read and for the verdict at its end. */
final class Report {
  private final Map<String, Object> appliance = new LinkedHashMap<>();
  private final List<Map<String, Object>> requests = new ArrayList<>();
  private final List<Map<String, Object>> attacks = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();

  void appliance(String name, Object value) {
    appliance.put(name, value);
  }

  void request(Recording.Request request, Signed signed) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", request.time().toString());
    row.put("role", request.role().id());
    row.put("version", signed.answer().version());
    row.put("step", request.step());
    row.put("keyid", signed.answer().keyid().hex());
    row.put("sig", signed.answer().sig());
    row.put("sequence", signed.answer().sequence());
    row.put("millis", signed.millis());
    requests.add(row);
  }

  void attack(Attack attack, Verdict verdict) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("goal", attack.goal());
    row.put("sent", attack.sent());
    row.put("expected", attack.expected());
    row.put("control", verdict.control());
    row.put("observed", verdict.observed());
    row.put("allowed", verdict.allowed());
    row.put("remedy", verdict.remedy());
    attacks.add(row);
  }

  Check check(String what, Object expected, Object seen) {
    Check check = Check.of(what, expected, seen);
    checks.add(check);
    return check;
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  boolean allAsExpected() {
    return checks.stream().allMatch(Check::ok);
  }

  /** As JSON. */
  Map<String, Object> json(double seconds) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("asExpected", allAsExpected());
    json.put("seconds", seconds);
    json.put("appliance", appliance);
    json.put("requests", requests);
    json.put("attacks", attacks);
    List<Map<String, Object>> all = new ArrayList<>();
    for (Check check : checks) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("check", check.what());
      row.put("expected", check.expected());
      row.put("seen", check.seen());
      row.put("ok", check.ok());
      all.add(row);
    }
    json.put("checks", all);
    return json;
  }
}
