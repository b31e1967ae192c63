package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs a program of the system to its end; a seam, so that tests need none. */
@FunctionalInterface
interface Tool {
  /** In a process of its own, with English messages. */
  Tool REAL = Tool::start;

  /**
   * What it did.
   *
   * @param output standard output and standard error, in the order they came
   */
  record Ended(int code, String output) {}

  /**
   * Returns when it has ended.
   *
   * @throws IOException if there is no such program
   */
  Ended run(Path directory, List<String> command) throws IOException;

  private static Ended start(Path directory, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return new Ended(process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNAVAILABLE, "interrupted while waiting", e);
    }
  }
}
