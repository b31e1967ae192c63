package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.e2e.notary.Children.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A user of {@code docker trust}: the client alone, for there is no engine behind it. */
final class DockerTrust {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final byte[] NO_INPUT = {};

  private final Path program = Programs.require("docker", "docker.io");
  private final Path home;
  private final Path config;
  private final URI server;

  /**
   * @param home that the command takes for his home; it is made if it is not there
   */
  DockerTrust(Path home, URI server, Path ca) {
    this.home = home;
    this.config = home.resolve(".docker");
    this.server = server;
    try {
      // Where the client looks for the authority of a trust server.
      Path known = config.resolve("tls").resolve(server.getAuthority());
      Files.createDirectories(known);
      Files.copy(ca, known.resolve("ca.crt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code docker trust WORDS} and gives its output; it must succeed. */
  String ok(String... words) {
    Outcome outcome = run(words);
    assertTrue(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  /** Runs {@code docker trust WORDS} and gives its output; it must fail. */
  String fails(String... words) {
    Outcome outcome = run(words);
    assertFalse(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  private Outcome run(String... words) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "trust"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    var environment = builder.environment();
    environment.putAll(NotaryCli.PASSPHRASES);
    environment.put("HOME", home.toString());
    environment.put("DOCKER_CONFIG", config.toString());
    environment.put("DOCKER_CONTENT_TRUST_SERVER", server.toString());
    environment.put("DOCKER_CONTENT_TRUST_ROOT_PASSPHRASE", "passphrase-of-tests");
    environment.put("DOCKER_CONTENT_TRUST_REPOSITORY_PASSPHRASE", "passphrase-of-tests");
    return Children.run(builder, NO_INPUT, LIMIT);
  }

  /** The directory with his keys and cache, which {@code notary -d} reads as well. */
  Path trust() {
    return config.resolve("trust");
  }

  /** His home, where {@code key generate} leaves public keys. */
  Path home() {
    return home;
  }
}
