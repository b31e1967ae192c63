package dev.chancery.cli.dct;

import dev.chancery.cli.Table;
import dev.chancery.cli.doctor.RunningServer;
import dev.chancery.config.ProbesConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said of a service: how it is, and how it is used. */
final class Report {
  private final ServiceDirectory home;
  private final Settings settings;
  private final Packages packages;

  Report(ServiceDirectory home, Settings settings, Packages packages) {
    this.home = home;
    this.settings = settings;
    this.packages = packages;
  }

  /** How each part is, and what the appliance says of its own. */
  void table(List<Service.State> states, PrintWriter out) {
    Table table = new Table("PART", "STATE", "PID", "PORTS", "ADDRESS");
    for (Service.State state : states) {
      table.row(
          state.part().name(),
          word(state),
          state.process().map(process -> String.valueOf(process.pid())).orElse("-"),
          state.part().ports().isEmpty() ? "-" : ports(state.part()),
          state.part().address());
    }
    table.print(out);
    for (Service.State state : states) {
      state.problem().ifPresent(problem -> out.println(state.part().name() + ": " + problem));
    }
    RunningServer.Answer ready = readiness();
    out.println();
    if (!ready.running()) {
      out.println("The appliance does not answer.");
    }
    for (RunningServer.Component each : ready.components()) {
      out.println(
          "appliance " + each.name() + ": " + (each.ok() ? "ok" : "NOT OK") + ", " + each.detail());
    }
    out.println("Logs: " + home.resolve("log"));
  }

  private static String word(Service.State state) {
    if (state.process().isEmpty()) {
      return "stopped";
    }
    return state.isWell() ? "well" : "NOT WELL";
  }

  private static String ports(Part part) {
    return part.ports().entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private RunningServer.Answer readiness() {
    return RunningServer.ask(new ProbesConfig("127.0.0.1", settings.ports().probes()));
  }

  /** The same as JSON, with all that is needed to use it. */
  Map<String, Object> json(List<Service.State> states) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("directory", home.path().toString());
    answer.put("well", states.stream().allMatch(Service.State::isWell));
    List<Map<String, Object>> parts = new ArrayList<>();
    for (Service.State state : states) {
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("name", state.part().name());
      part.put("running", state.process().isPresent());
      part.put("pid", state.process().map(ProcessId::pid).orElse(null));
      part.put("ports", state.part().ports());
      part.put("address", state.part().address());
      part.put("healthy", state.isWell());
      part.put("problem", state.problem().orElse(null));
      part.put("log", state.part().launch().log().toString());
      parts.add(part);
    }
    answer.put("parts", parts);
    RunningServer.Answer ready = readiness();
    answer.put("ready", ready.running() && ready.components().stream().allMatch(c -> c.ok()));
    answer.put("components", ready.components());
    answer.put("trustServer", trustServer());
    answer.put("registry", "localhost:" + settings.ports().registry());
    answer.put("ca", home.resolve(Stack.CA).toString());
    answer.put("paste", paste());
    return answer;
  }

  /** After a successful start: what to paste, and what to try. */
  void howToUse(PrintWriter out) {
    String registry = "localhost:" + settings.ports().registry();
    out.println();
    out.println("Docker Content Trust is up. Paste this into a shell for notary and docker:");
    out.println();
    paste().forEach(line -> out.println("  " + line));
    out.println();
    out.println("Then, for example:");
    out.println();
    out.println("  echo hello >hello.txt");
    out.println("  notary init -p " + registry + "/team/app");
    out.println("  notary add -p " + registry + "/team/app v1 hello.txt");
    out.println("  notary verify " + registry + "/team/app v1 <hello.txt");
    out.println("  docker trust inspect --pretty " + registry + "/team/app");
    out.println();
    String directory = quoted(home.path());
    String appliance = quoted(home.resolve(Stack.APPLIANCE_DIRECTORY));
    out.println("chancery keys list --dir " + appliance + "   shows the keys it signs with");
    out.println("chancery dct status " + directory + "   shows how it is; 'dct down' stops it");
    if (settings.memory()) {
      out.println("notary-server keeps its documents in memory: 'dct down' loses them.");
    }
  }

  /**
   * Lines for a POSIX shell. notary gets a function instead of a configuration, so that nothing of
   * the user's is changed, and the trust directory of docker, so that both know the same keys.
   */
  private List<String> paste() {
    String host = "localhost:" + settings.ports().server();
    String ca = quoted(home.resolve(Stack.CA));
    String notary =
        packages
            .find("notary")
            .filter(packages::isUnpacked)
            .map(Report::quoted)
            .orElse("command notary");
    return List.of(
        "mkdir -p ~/.docker/tls/" + host,
        "cp " + ca + " ~/.docker/tls/" + host + "/ca.crt",
        "export DOCKER_CONTENT_TRUST=1 DOCKER_CONTENT_TRUST_SERVER=" + trustServer(),
        "notary() { "
            + notary
            + " -s "
            + trustServer()
            + " --tlscacert "
            + ca
            + " -d ~/.docker/trust \"$@\"; }");
  }

  private String trustServer() {
    return "https://localhost:" + settings.ports().server();
  }

  /** As a shell reads it. */
  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[A-Za-z0-9/._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
