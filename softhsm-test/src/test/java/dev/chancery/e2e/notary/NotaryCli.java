package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.e2e.notary.Children.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A user of the {@code notary} command, with keys and a cache of his own. */
final class NotaryCli {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final byte[] NO_INPUT = {};

  /** Of keys that live as long as a test. */
  static final Map<String, String> PASSPHRASES =
      Map.of(
          "NOTARY_ROOT_PASSPHRASE", "passphrase-of-tests",
          "NOTARY_TARGETS_PASSPHRASE", "passphrase-of-tests",
          "NOTARY_SNAPSHOT_PASSPHRASE", "passphrase-of-tests",
          "NOTARY_DELEGATION_PASSPHRASE", "passphrase-of-tests");

  private final Path program = Programs.require("notary", "notary");
  private final Path home;
  private final Path trust;
  private final URI server;
  private final Path ca;
  private final Set<String> keysEverHeld = ConcurrentHashMap.newKeySet();

  /**
   * @param home that the command takes for his home; it is made if it is not there
   * @param trust keys and cache
   */
  NotaryCli(Path home, Path trust, URI server, Path ca) {
    this.home = directory(home);
    this.trust = trust;
    this.server = server;
    this.ca = ca;
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code notary WORDS} and gives its output; it must succeed. */
  String ok(String... words) {
    Outcome outcome = run(NO_INPUT, words);
    assertTrue(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  /** The same with something to read, such as the answer to a question. */
  String okReading(byte[] input, String... words) {
    Outcome outcome = run(input, words);
    assertTrue(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  /** Runs {@code notary WORDS} and gives its output; it must fail. */
  String fails(String... words) {
    Outcome outcome = run(NO_INPUT, words);
    assertFalse(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  /** The same with something to read. */
  String failsReading(byte[] input, String... words) {
    Outcome outcome = run(input, words);
    assertFalse(outcome.succeeded(), outcome::toString);
    return outcome.output();
  }

  /** Runs {@code notary WORDS}, whatever comes of it. */
  Outcome run(String... words) {
    return run(NO_INPUT, words);
  }

  private Outcome run(byte[] input, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "-s",
                server.toString(),
                "--tlscacert",
                ca.toString(),
                "-d",
                trust.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().putAll(PASSPHRASES);
    builder.environment().put("HOME", home.toString());
    Outcome outcome = Children.run(builder, input, LIMIT);
    keysEverHeld.addAll(keyIds());
    return outcome;
  }

  /** A file in his home, relative to which commands find it. */
  Path file(String name, String content) {
    try {
      return Files.write(home.resolve(name), content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a target with this content and publishes. */
  void publish(String gun, String target, String content) {
    ok("add", gun, target, file("content", content).toString());
    ok("publish", gun);
  }

  /** Whether the target has this content, by {@code notary verify}. */
  void verifies(String gun, String target, String content) {
    okReading(content.getBytes(StandardCharsets.UTF_8), "verify", gun, target);
  }

  /** The ids of the private keys he has or had: a rotation to the server deletes his own. */
  Set<String> keysEverHeld() {
    return Set.copyOf(keysEverHeld);
  }

  private Set<String> keyIds() {
    Path keys = trust.resolve("private");
    if (!Files.isDirectory(keys)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(keys)) {
      return files
          .map(file -> file.getFileName().toString())
          .map(name -> name.substring(0, name.lastIndexOf('.')))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where his keys and cache are. */
  Path trust() {
    return trust;
  }

  /** Another user with a copy of his keys and cache, as of now, and another server perhaps. */
  NotaryCli copy(Path newHome, URI otherServer) {
    Path copied = newHome.resolve("trust");
    try (Stream<Path> all = Files.walk(trust)) {
      for (Path from : all.toList()) {
        Path to = copied.resolve(trust.relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          Files.copy(from, to);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new NotaryCli(newHome, copied, otherServer, ca);
  }
}
