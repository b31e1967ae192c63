package dev.chancery.e2e.notary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Debian's notary-server, unmodified, on a free port of loopback. */
final class NotaryServer implements AutoCloseable {
  /** Keeps what is published in the process's memory. */
  static final String IN_MEMORY = "{\"backend\":\"memory\"}";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final int port;
  private final Process process;
  private final Https https;

  /**
   * What it is told.
   *
   * @param algorithm of the keys it asks the signer for: {@code ecdsa} or {@code ed25519}
   * @param storage the block {@code storage} of its configuration
   * @param certificate for its own clients, of the same authority as the signer's
   * @param zone its time zone, such as {@code America/New_York}
   */
  record Settings(
      SignerAddress signer,
      String algorithm,
      String storage,
      Path certificate,
      Path key,
      String zone) {}

  private NotaryServer(Path directory, int port, Process process, Https https) {
    this.directory = directory;
    this.port = port;
    this.process = process;
    this.https = https;
  }

  /**
   * Starts one and returns when it answers.
   *
   * @param directory for its configuration and its log; it is there and nobody else's
   */
  static NotaryServer start(Path directory, Settings settings) {
    Path program = Programs.require("notary-server", "notary");
    int port = freePort();
    Path config = directory.resolve("notary-server.json");
    write(config, json(port, settings));
    ProcessBuilder command = new ProcessBuilder(program.toString(), "-config", config.toString());
    command.environment().put("TZ", settings.zone());
    Process process = Children.start(command, directory.resolve("notary-server.log"));
    NotaryServer server =
        new NotaryServer(directory, port, process, new Https(settings.signer().ca()));
    try {
      server.awaitHealthy();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static String json(int port, Settings settings) {
    SignerAddress signer = settings.signer();
    return """
        {
          "server": {
            "http_addr": "127.0.0.1:%d", "tls_cert_file": "%s", "tls_key_file": "%s"
          },
          "trust_service": {
            "type": "remote", "hostname": "localhost", "port": "%d", "key_algorithm": "%s",
            "tls_ca_file": "%s", "tls_client_cert": "%s", "tls_client_key": "%s"
          },
          "logging": { "level": "info" },
          "storage": %s
        }
        """
        .formatted(
            port,
            settings.certificate(),
            settings.key(),
            signer.port(),
            settings.algorithm(),
            signer.ca(),
            signer.certificate(),
            signer.key(),
            settings.storage());
  }

  /** A port that nobody listens on now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitHealthy() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!healthy()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("notary-server does not answer:\n" + log());
      }
      pause();
    }
  }

  private boolean healthy() {
    try {
      return https.get(uri().resolve("/_notary_server/health")).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while notary-server started", e);
    }
  }

  /** Such as {@code https://localhost:40123}, which is also how its certificate calls it. */
  URI uri() {
    return URI.create("https://localhost:" + port);
  }

  /** What it answers for a file of a repository, such as {@code timestamp.json}. */
  HttpResponse<byte[]> get(String gun, String file) {
    try {
      return https.get(uri().resolve("/v2/" + encoded(gun) + "/_trust/tuf/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file's bytes, or empty where it has none. */
  Optional<byte[]> file(String gun, String file) {
    HttpResponse<byte[]> answer = get(gun, file);
    return switch (answer.statusCode()) {
      case 200 -> Optional.of(answer.body());
      case 404 -> Optional.empty();
      default ->
          throw new IllegalStateException(
              file + " of " + gun + ": " + answer.statusCode() + "\n" + log());
    };
  }

  private static String encoded(String gun) {
    return URLEncoder.encode(gun, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /** All that it has logged. */
  String log() {
    try {
      return Files.readString(directory.resolve("notary-server.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    https.close();
    Children.end(process);
  }
}
