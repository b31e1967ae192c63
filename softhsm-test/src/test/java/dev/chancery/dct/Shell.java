package dev.chancery.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.Main;
import dev.chancery.cli.Cli;
import dev.chancery.cli.CommandFixture;
import dev.chancery.cli.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A user's terminal: a home of his own, the command {@code chancery}, and bash. */
final class Shell {
  private static final long PATIENCE_SECONDS = 170;

  private final Path home;
  private final Map<String, String> environment = new LinkedHashMap<>();

  /** How a command ended, and what it printed. */
  record Ended(int code, String out, String err) {
    @Override
    public String toString() {
      return "ended with " + code + "\n" + out + "\n" + err;
    }
  }

  Shell(Path home) {
    this.home = home;
    environment.put("HOME", home.toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
  }

  /** From now on {@code name} is set to {@code value}. */
  void export(String name, String value) {
    environment.put(name, value);
  }

  /** Starts {@code chancery ARGUMENTS}, with the options of the launcher that matter here. */
  Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Dchancery.log=plain",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return builder(command).start();
  }

  /** Runs {@code chancery ARGUMENTS} in this process, for commands that make no token. */
  Ended here(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            environment,
            home,
            Clock.systemUTC(),
            new SecureRandom());
    int code = Cli.run(surroundings, CommandFixture.parts(), arguments);
    return new Ended(code, out.toString(), err.toString());
  }

  /** Runs {@code chancery ARGUMENTS} to its end, in a process of its own. */
  Ended chancery(String... arguments) throws IOException, InterruptedException {
    return end(start(arguments));
  }

  /** Runs lines as bash reads them; the first that fails ends it. */
  Ended bash(String script) throws IOException, InterruptedException {
    return end(builder(List.of("bash", "-e", "-c", script)).start());
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /**
   * Waits for it. What it leaves running has its own output, so both streams end with the command.
   */
  static Ended end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    Path err = Files.createTempFile("chancery-dct", ".err");
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Files.write(err, process.getErrorStream().readAllBytes());
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("it did not end: " + out);
    }
    reader.join();
    String errors = Files.readString(err);
    Files.delete(err);
    return new Ended(process.exitValue(), out, errors);
  }
}
