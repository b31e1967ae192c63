package dev.chancery.cli.dct;

import dev.chancery.Main;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program once more, in a process of its own, with the options of this JVM. */
final class OwnJvm {
  private OwnJvm() {}

  /** The command line that runs {@code chancery ARGUMENTS}, with a log for machines. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Dchancery.log") && !option.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Dchancery.log=json",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** The other process works in another directory. */
  private static String absolute(String classPath) {
    return String.join(
        ":",
        List.of(classPath.split(":", -1)).stream()
            .map(each -> Path.of(each).toAbsolutePath().toString())
            .toList());
  }
}
