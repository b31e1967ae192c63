package dev.chancery.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a command takes from the process around it; tests give it something else.
 *
 * @param directory that relative names on the command line start from
 */
public record Surroundings(
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment,
    Path directory,
    InstantSource clock,
    SecureRandom random) {
  private static final String DEBUG = "CHANCERY_DEBUG";

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Clock.systemUTC(),
        new SecureRandom());
  }

  /** Whether failures are to show their stack trace. */
  boolean debug() {
    return "1".equals(environment.get(DEBUG));
  }

  /** {@code path} as seen from where the command was typed. */
  public Path resolve(Path path) {
    return directory.resolve(path).normalize();
  }
}
