package dev.chancery.cli;

import dev.chancery.cli.doctor.Doctor;
import dev.chancery.cli.doctor.Finding;
import dev.chancery.cli.doctor.Finding.Status;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chancery doctor [DIR]}. */
@Command(
    name = "doctor",
    header = "Examine an appliance, running or not",
    description = {
      "",
      "Looks at Java, configuration, file modes, access.yaml, certificates and the days they have"
          + " left, the server and its ports, the ledger's chain and watermarks, the clock, the"
          + " token, its mechanisms, and every key's attributes. Each line says ok, warn or fail,"
          + " and what to do. Nothing is changed.",
      "",
      "While the server runs, its own word about the token counts, and nobody logs in here. Ends"
          + " with 1 if any line says fail."
    },
    footer = {
      "  chancery doctor node",
      "  chancery doctor --json --config /etc/chancery/chancery.yaml"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private JsonOption json = new JsonOption();

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<Finding> findings =
        new Doctor(surroundings.environment(), surroundings.clock().instant())
            .examine(config.file(surroundings));
    boolean failed = findings.stream().anyMatch(finding -> finding.status() == Status.FAIL);
    if (json.wanted()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("ok", !failed);
      answer.put("findings", findings.stream().map(DoctorCommand::shown).toList());
      json.print(answer, surroundings.out());
    } else {
      print(findings, surroundings.out());
    }
    return (failed ? ExitCode.REFUSED : ExitCode.OK).number();
  }

  private static Map<String, String> shown(Finding finding) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("check", finding.check());
    shown.put("status", word(finding));
    shown.put("detail", finding.detail());
    shown.put("remedy", finding.remedy());
    return shown;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    for (Finding finding : findings) {
      out.printf("%-4s  %-12s  %s%n", word(finding), finding.check(), finding.detail());
      if (!finding.remedy().isEmpty()) {
        out.printf("      %-12s  -> %s%n", "", finding.remedy());
      }
    }
    long warnings = findings.stream().filter(each -> each.status() == Status.WARN).count();
    long failures = findings.stream().filter(each -> each.status() == Status.FAIL).count();
    out.println(
        failures == 0 && warnings == 0
            ? "All is well."
            : failures + " to mend, " + warnings + " to look at.");
  }

  private static String word(Finding finding) {
    return finding.status().name().toLowerCase(Locale.ROOT);
  }
}
