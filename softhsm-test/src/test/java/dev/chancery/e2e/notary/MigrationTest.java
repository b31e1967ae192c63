package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.cli.CommandFixture;
import dev.chancery.cli.CommandRun;
import dev.chancery.e2e.LedgerRows;
import dev.chancery.e2e.notary.Children.Outcome;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way from notary-signer: repositories made by the notary client and by docker are
 * registered, published through the old signer, rotated by the printed commands, and then published
 * without it.
 */
@ChanceryServer
class MigrationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final byte[] NO_INPUT = {};
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final String PLAIN = "registry.example/plain/app";
  private static final String IMAGE = "localhost:5000/team/img";

  private final Chancery chancery;
  private final Path directory;

  MigrationTest(Chancery chancery, @TempDir Path directory) {
    this.chancery = chancery;
    this.directory = directory;
  }

  @Test
  void everyRepositoryMovesWithoutAnInterruptionAndTheOldSignerIsSwitchedOff() throws Exception {
    try (MariaDb database = MariaDb.start(newDirectory("db"));
        NotarySigner old =
            NotarySigner.start(newDirectory("signer"), database.signerUrl(), tls())) {
      publishWithTheOldSigner(database, old);
      try (NotaryServer server = server(database, "after", chanceryAddress(old))) {
        Migration migration = new Migration(server, old);
        registersWhatIsThere(migration);
        publishesThroughTheOldSigner(server, old);
        assertEquals(0, chancery.signCalls(), "the token has no key yet");
        rotatesAsPlanned(migration);
        assertEquals(0, migration.run("status").exitCode());
        assertTrue(migration.run("status").output().contains("It can be switched off"));
        old.stop();
        publish(server, "last");
        newcomer(server).verifies(PLAIN, "last", "content of last");
        assertTrue(newcomer(server).ok("list", IMAGE).contains("last"));
        assertEquals(List.of(), LedgerRows.read(chancery.ledgerFile()).faults());
        assertEquals(
            List.of(), LedgerVerifier.verify(LedgerReader.of(chancery.ledgerFile())).findings());
      }
    }
  }

  private void publishWithTheOldSigner(MariaDb database, NotarySigner old) throws IOException {
    SignerAddress address =
        new SignerAddress(
            old.port(),
            chancery.tls("ca.crt"),
            chancery.tls("notary-server.crt"),
            chancery.tls("notary-server.key"));
    try (NotaryServer server = server(database, "before", address)) {
      plain(server).ok("init", PLAIN);
      plain(server).ok("publish", PLAIN);
      // A key that has signed and is in no root any more, and one that nobody used.
      plain(server).ok("key", "rotate", PLAIN, "timestamp", "-r");
      assertEquals(200, server.get("registry.example/none", "timestamp.key").statusCode());
      DockerTrust docker = new DockerTrust(home("docker"), server.uri(), chancery.tls("ca.crt"));
      docker.ok("key", "generate", "alice", "--dir", ".");
      docker.ok("signer", "add", "--key", "alice.pub", "alice", IMAGE);
      publish(server, "first");
    }
  }

  /** Chancery, told of the old signer. */
  private SignerAddress chanceryAddress(NotarySigner old) throws IOException {
    Files.writeString(
        chancery.directory().resolve("chancery.yaml"),
        """

        upstream:
          host: localhost
          port: %d
          ca: tls/ca.crt
          certificate: tls/notary-server.crt
          key: tls/notary-server.key
        """
            .formatted(old.port()),
        StandardOpenOption.APPEND);
    chancery.restart();
    return SignerAddress.of(chancery.grpcPort(), tls());
  }

  private void registersWhatIsThere(Migration migration) throws IOException {
    List<String> fates = new ArrayList<>();
    for (JsonNode repository : migration.json("show")) {
      repository
          .get("keys")
          .forEach(
              key ->
                  fates.add(
                      repository.get("gun").asText()
                          + " "
                          + key.get("role").asText()
                          + " "
                          + key.get("is").asText()));
    }
    assertEquals(
        List.of(
            IMAGE + " snapshot current",
            IMAGE + " timestamp current",
            "registry.example/none timestamp not published",
            PLAIN + " timestamp rotated away",
            PLAIN + " timestamp current"),
        fates);
    assertEquals(1, migration.run("status").exitCode(), "not registered yet");
    assertEquals(3, migration.json("register").get("registered").size());
    JsonNode again = migration.json("register");
    assertEquals(0, again.get("registered").size());
    assertEquals(3, again.get("registeredBefore").asInt());
    assertEquals(List.of("foreign", "foreign", "not published", "foreign"), migration.states());
    assertEquals(3, chancery.operator().keys(null, null).size());
    chancery.operator().keys(null, null).forEach(key -> assertEquals("foreign", key.mode()));
  }

  private void publishesThroughTheOldSigner(NotaryServer server, NotarySigner old) {
    publish(server, "second");
    newcomer(server).verifies(PLAIN, "second", "content of second");
    old.stop();
    plain(server).ok("add", PLAIN, "late", plain(server).file("content", "late").toString());
    String failure = plain(server).fails("publish", PLAIN);
    assertTrue(failure.contains("UPSTREAM_UNAVAILABLE"), failure);
    old.restart();
    // At once, not when a back-off of the connection has passed.
    plain(server).ok("publish", PLAIN);
    newcomer(server).verifies(PLAIN, "late", "late");
  }

  private void rotatesAsPlanned(Migration migration) throws IOException {
    List<String> commands = new ArrayList<>();
    for (JsonNode repository : migration.json("plan")) {
      repository.get("commands").forEach(command -> commands.add(command.asText()));
    }
    assertEquals(3, commands.size(), commands::toString);
    for (String command : commands) {
      Path home = command.contains(".docker/trust") ? home("docker") : home("plain");
      ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(home.toFile());
      shell.environment().putAll(NotaryCli.PASSPHRASES);
      shell.environment().put("HOME", home.toString());
      Outcome outcome = Children.run(shell, NO_INPUT, LIMIT);
      assertTrue(outcome.succeeded(), outcome::toString);
    }
    assertEquals(List.of("moved", "moved", "not published", "moved"), migration.states());
  }

  private void publish(NotaryServer server, String target) {
    plain(server).publish(PLAIN, target, "content of " + target);
    NotaryCli docker =
        new NotaryCli(
            home("docker"),
            home("docker").resolve(".docker/trust"),
            server.uri(),
            chancery.tls("ca.crt"));
    docker.ok("addhash", IMAGE, target, "9", "--sha256", SHA256, "-r", "targets/releases");
    docker.ok("publish", IMAGE);
  }

  /** The publisher who uses the notary client, with its usual directory. */
  private NotaryCli plain(NotaryServer server) {
    return new NotaryCli(
        home("plain"), home("plain").resolve(".notary"), server.uri(), chancery.tls("ca.crt"));
  }

  /** Somebody without keys and cache. */
  private NotaryCli newcomer(NotaryServer server) {
    Path home = home("newcomer-" + System.nanoTime());
    return new NotaryCli(home, home.resolve("trust"), server.uri(), chancery.tls("ca.crt"));
  }

  private NotaryServer server(MariaDb database, String name, SignerAddress signer)
      throws IOException {
    return NotaryServer.start(
        newDirectory(name),
        new NotaryServer.Settings(
            signer,
            "ecdsa",
            database.storage(),
            chancery.tls("server.crt"),
            chancery.tls("server.key"),
            "UTC"));
  }

  private Path newDirectory(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private Path home(String name) {
    return directory.resolve("home-" + name);
  }

  private Path tls() {
    return chancery.directory().resolve("tls");
  }

  /** The command under test, with what it has to be told each time. */
  private final class Migration {
    private final NotaryServer server;
    private final NotarySigner old;

    Migration(NotaryServer server, NotarySigner old) {
      this.server = server;
      this.old = old;
    }

    CommandRun run(String step, String... more) {
      List<String> words = new ArrayList<>(List.of("migrate", "notary-signer", step));
      words.addAll(
          List.of(
              "--signer-config",
              old.config().toString(),
              "--trust-server",
              server.uri().toString(),
              "--trust-server-ca",
              chancery.tls("ca.crt").toString()));
      if (step.equals("register") || step.equals("status")) {
        words.addAll(
            List.of(
                "--dir",
                chancery.directory().toString(),
                "--server",
                chancery.restUri().toString()));
      }
      words.addAll(List.of(more));
      return CommandFixture.runOnce(directory, words.toArray(new String[0]));
    }

    JsonNode json(String step) throws IOException {
      CommandRun run = run(step, "--json");
      assertFalse(run.output().isEmpty(), run::toString);
      return JSON.readTree(run.output());
    }

    List<String> states() throws IOException {
      return StreamSupport.stream(json("status").get("roles").spliterator(), false)
          .map(role -> role.get("is").asText())
          .toList();
    }
  }
}
