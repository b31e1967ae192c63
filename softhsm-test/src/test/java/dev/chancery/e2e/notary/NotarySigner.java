package dev.chancery.e2e.notary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Debian's notary-signer, unmodified: what Chancery takes the place of. */
final class NotarySigner implements AutoCloseable {
  /** Encrypts its keys in the database, under the alias {@code alias1}. */
  static final String PASSPHRASE = "passphrase-of-tests";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final int port;
  private Process process;

  private NotarySigner(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one and returns when it listens.
   *
   * @param directory for its configuration and its log; it is there and nobody else's
   * @param databaseUrl of a MariaDB, as {@link MariaDb#signerUrl} gives it
   * @param tls with {@code server.crt}, its key, and {@code ca.crt}, the authority of its clients
   */
  static NotarySigner start(Path directory, String databaseUrl, Path tls) {
    int port = NotaryServer.freePort();
    String json =
        """
        {
          "server": {
            "grpc_addr": "127.0.0.1:%d", "tls_cert_file": "%s", "tls_key_file": "%s",
            "client_ca_file": "%s"
          },
          "logging": { "level": "error" },
          "storage": { "backend": "mysql", "db_url": "%s", "default_alias": "alias1" }
        }
        """
            .formatted(
                port,
                tls.resolve("server.crt"),
                tls.resolve("server.key"),
                tls.resolve("ca.crt"),
                databaseUrl);
    try {
      Files.writeString(directory.resolve("signer-config.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NotarySigner signer = new NotarySigner(directory, port, process(directory));
    try {
      signer.awaitListening();
      return signer;
    } catch (RuntimeException e) {
      signer.close();
      throw e;
    }
  }

  private static Process process(Path directory) {
    ProcessBuilder command =
        new ProcessBuilder(
            Programs.require("notary-signer", "notary").toString(),
            "-config",
            directory.resolve("signer-config.json").toString());
    command.environment().put("NOTARY_SIGNER_ALIAS1", PASSPHRASE);
    return Children.start(command, directory.resolve("notary-signer.log"));
  }

  private void awaitListening() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!listens()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("notary-signer does not listen:\n" + log());
      }
      pause();
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while notary-signer started", e);
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("notary-signer.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its configuration. */
  Path config() {
    return directory.resolve("signer-config.json");
  }

  int port() {
    return port;
  }

  /** Starts it again, on the same port and keys. */
  void restart() {
    process = process(directory);
    awaitListening();
  }

  /** Stops it; {@link #restart} starts it again. */
  void stop() {
    Children.end(process);
  }

  @Override
  public void close() {
    stop();
  }
}
