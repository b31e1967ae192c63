package dev.chancery.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The plug-in for securesystemslib, with Debian's securesystemslib as the judge of keys, ids and
 * signatures. python-tuf signs through the same interface; Debian 12 does not have it.
 */
@ChanceryServer
class PythonSignerTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final Path PLUG_IN = Path.of("..", "deploy", "python").toAbsolutePath();

  private final Chancery chancery;
  @TempDir Path directory;

  PythonSignerTest(Chancery chancery) {
    this.chancery = chancery;
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA", "ED25519", "RSA_2048"})
  void signsForASmallRepositoryAndIsRefusedWhatMustBe(Algorithm algorithm) throws Exception {
    assumeTrue(
        run("-c", "import securesystemslib, cryptography, nacl").exitCode() == 0,
        "Debian's python3-securesystemslib, -cryptography and -nacl are not installed; ./test does it");
    Path script = directory.resolve("session.py");
    try (InputStream text = PythonSignerTest.class.getResourceAsStream("session.py")) {
      Files.copy(Objects.requireNonNull(text, "session.py"), script);
    }
    Result result =
        run(
            script.toString(),
            "localhost:" + chancery.restUri().getPort(),
            key(algorithm, Role.TIMESTAMP).toString(),
            key(algorithm, Role.SNAPSHOT).toString());
    assertEquals("ok\n", result.output());
    assertEquals(0, result.exitCode());
  }

  private Path key(Algorithm algorithm, Role role) throws IOException {
    KeyInfo key =
        chancery
            .client()
            .createKey(
                Dialect.TUF, new RepositoryName("tuf.example/" + algorithm.id()), role, algorithm);
    Path file = directory.resolve(role.id() + ".json");
    return Files.writeString(
        file,
        "{\"keyid\":\"%s\",\"key\":%s}".formatted(key.keyid().hex(), key.keyObject()),
        StandardCharsets.UTF_8);
  }

  private record Result(int exitCode, String output) {}

  private Result run(String... words) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    String[] command = new String[words.length + 1];
    command[0] = PYTHON;
    System.arraycopy(words, 0, command, 1, words.length);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PYTHONPATH",
                PLUG_IN.toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "CHANCERY_CA",
                chancery.tls("ca.crt").toString(),
                "CHANCERY_CERTIFICATE",
                chancery.tls("notary-server.crt").toString(),
                "CHANCERY_KEY",
                chancery.tls("notary-server.key").toString()));
    Process process = builder.start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertTrue(ended, "python did not end within two minutes");
    return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
