package dev.chancery.softhsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.PinSource;
import dev.chancery.hsm.Pkcs11Config;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.hsm.TokenSupervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A token at the other end of a connection, as a network HSM is: SoftHSM behind p11-kit's server,
 * which is killed and which is frozen.
 */
@Tag("nightly")
@SoftHsmToken
class RemoteTokenRecoveryTest {
  private static final Path CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final SoftHsm softHsm;
  @TempDir private Path directory;
  private @Nullable Process server;

  RemoteTokenRecoveryTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
  }

  @AfterEach
  void stopServer() throws Exception {
    kill();
  }

  private Path socket() {
    return directory.resolve("socket");
  }

  private void startServer() throws Exception {
    assertTrue(Files.exists(CLIENT), "p11-kit is missing: apt-get install p11-kit p11-kit-modules");
    Files.deleteIfExists(socket());
    ProcessBuilder builder =
        new ProcessBuilder(
                "p11-kit",
                "server",
                "-f",
                "-n",
                socket().toString(),
                "--provider",
                softHsm.modulePath().toString(),
                "pkcs11:token=" + softHsm.label())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile());
    builder.environment().putAll(softHsm.environment());
    server = builder.start();
    await("the server's socket", () -> Files.exists(socket()));
  }

  /** The server and what it has started, one process for each connection. */
  private List<ProcessHandle> serverProcesses() {
    Process running = server;
    return running == null
        ? List.of()
        : Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
  }

  private void kill() throws Exception {
    for (ProcessHandle process : serverProcesses()) {
      process.destroyForcibly();
      process.onExit().get();
    }
  }

  private void freeze() throws IOException, InterruptedException {
    for (ProcessHandle process : serverProcesses()) {
      new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start().waitFor();
    }
  }

  private TokenSupervisor open(Duration deadline) {
    NativeEnvironment.set("P11_KIT_SERVER_ADDRESS", "unix:path=" + socket());
    return TokenSupervisor.open(
        new Pkcs11Config(CLIENT, softHsm.label(), Optional.of(softHsm.serial()), 2, deadline),
        PinSource.file(softHsm.userPinFile()));
  }

  private static String signing(TokenSupervisor token, TokenKey key) {
    try {
      return token.sign(key, MESSAGE).join().length == 64 ? "signed" : "wrong length";
    } catch (CompletionException e) {
      return assertInstanceOf(TokenException.class, e.getCause()).ckr();
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "still waiting: " + what);
      Thread.sleep(50);
    }
  }

  @Test
  void aServerThatDiesAndComesBackIsFoundAgain() throws Exception {
    startServer();
    try (TokenSupervisor token = open(Duration.ofSeconds(2))) {
      await("the token", token::available);
      TokenKey key = token.generate(KeySpec.EC_P256, "killed");
      assertEquals("signed", signing(token, key));
      kill();
      await("the loss is noticed", () -> !signing(token, key).equals("signed"));
      Thread.sleep(1000);
      assertThrows(TokenException.class, token::keys);
      startServer();
      await("signing again", () -> signing(token, key).equals("signed"));
    }
  }

  @Test
  void aServerThatFreezesCostsTimeoutsAndAFreshOneIsUsedThoughThreadsStillHang() throws Exception {
    startServer();
    try (TokenSupervisor token = open(Duration.ofSeconds(1))) {
      await("the token", token::available);
      TokenKey key = token.generate(KeySpec.EC_P256, "frozen");
      assertEquals("signed", signing(token, key));
      freeze();
      Process frozen = server;
      List<ProcessHandle> stuck = serverProcesses();
      assertEquals("TIMEOUT", signing(token, key));
      startServer();
      try {
        await("signing again", () -> signing(token, key).equals("signed"));
        assertTrue(frozen != null && frozen.isAlive(), "the frozen one is still there");
      } finally {
        stuck.forEach(ProcessHandle::destroyForcibly);
      }
    }
  }
}
