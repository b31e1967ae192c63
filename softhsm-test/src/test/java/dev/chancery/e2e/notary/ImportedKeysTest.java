package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandFixture;
import dev.chancery.cli.CommandRun;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Software keys of notary-signer, put into the token because the operator insists. */
@ChanceryServer
class ImportedKeysTest {
  private static final String GUN = "registry.example/imported/app";

  private final Chancery chancery;
  private final Path directory;

  ImportedKeysTest(Chancery chancery, @TempDir Path directory) {
    this.chancery = chancery;
    this.directory = directory;
  }

  @Test
  void theOldKeysSignFromTheTokenAndAreCalledImportedForEver() throws Exception {
    try (MariaDb database = MariaDb.start(newDirectory("db"));
        NotarySigner old = NotarySigner.start(newDirectory("signer"), database.signerUrl(), tls());
        NotaryServer before = server(database, "before", oldAddress(old))) {
      publishWithBothKeysAtTheServer(before);
      Path passphrase =
          Files.writeString(directory.resolve("pass"), NotarySigner.PASSPHRASE + "\n");
      chancery.restart(() -> importKeys(old, before, passphrase));
      old.stop();
      publishFromTheToken(database);
    }
  }

  private void importKeys(NotarySigner old, NotaryServer before, Path passphrase) {
    assertEquals(2, importing(old, before).exitCode(), "nobody asked for it");
    assertEquals(2, importing(old, before, "--import-software-keys").exitCode(), "no terminal");
    CommandRun run =
        importing(
            old,
            before,
            "--import-software-keys",
            "--yes-these-keys-were-software",
            "--passphrase",
            "alias1=" + passphrase);
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.output().contains("2 keys imported"), run::toString);
  }

  private void publishWithBothKeysAtTheServer(NotaryServer server) {
    NotaryCli publisher = publisher(server);
    publisher.ok("init", GUN);
    publisher.ok("publish", GUN);
    publisher.ok("key", "rotate", GUN, "snapshot", "-r");
    publisher.publish(GUN, "first", "content of first");
  }

  private void publishFromTheToken(MariaDb database) throws IOException {
    chancery
        .operator()
        .keys(null, null)
        .forEach(key -> assertEquals("imported", key.mode(), key::toString));
    assertEquals(2, chancery.operator().keys(null, null).size());
    SignerAddress here = SignerAddress.of(chancery.grpcPort(), tls());
    try (NotaryServer after = server(database, "after", here)) {
      publisher(after).publish(GUN, "second", "content of second");
      Path home = directory.resolve("newcomer");
      new NotaryCli(home, home.resolve("trust"), after.uri(), chancery.tls("ca.crt"))
          .verifies(GUN, "second", "content of second");
    }
  }

  private CommandRun importing(NotarySigner old, NotaryServer server, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "migrate",
                "notary-signer",
                "import",
                "--dir",
                chancery.directory().toString(),
                "--signer-config",
                old.config().toString(),
                "--trust-server",
                server.uri().toString(),
                "--trust-server-ca",
                chancery.tls("ca.crt").toString()));
    words.addAll(List.of(more));
    return CommandFixture.runOnce(directory, words.toArray(new String[0]));
  }

  private NotaryCli publisher(NotaryServer server) {
    Path home = directory.resolve("publisher");
    return new NotaryCli(home, home.resolve(".notary"), server.uri(), chancery.tls("ca.crt"));
  }

  private SignerAddress oldAddress(NotarySigner old) {
    return new SignerAddress(
        old.port(),
        chancery.tls("ca.crt"),
        chancery.tls("notary-server.crt"),
        chancery.tls("notary-server.key"));
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

  private Path tls() {
    return chancery.directory().resolve("tls");
  }
}
