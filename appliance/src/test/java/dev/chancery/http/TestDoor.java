package dev.chancery.http;

import dev.chancery.access.AccessPolicy;
import dev.chancery.config.RestConfig;
import dev.chancery.door.FakeBackend;
import dev.chancery.testing.TestPki;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** A REST door on a free port of loopback, before a {@link FakeBackend}. */
final class TestDoor implements AutoCloseable {
  static final String ACCESS =
      """
      - subject: CN=notary-server
        roles: [trust-server, operator]
        repositories: ["**"]
      """;
  static final RestConfig.Limits LIMITS =
      new RestConfig.Limits(
          3 << 20,
          8 << 10,
          64,
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          8);

  final TestPki pki = new TestPki("CN=Test CA");
  final TestPki.Identity client = pki.client("CN=notary-server");
  final FakeBackend backend = new FakeBackend();
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final RestServer server;
  final HttpClient http;

  TestDoor(Path directory) {
    this(directory, LIMITS);
  }

  TestDoor(Path directory, RestConfig.Limits limits) {
    TestPki.Identity own = pki.server();
    RestConfig config =
        new RestConfig(
            "127.0.0.1",
            0,
            TestPki.writeCertificates(directory.resolve("server.crt"), own.certificate()),
            TestPki.writeKey(directory.resolve("server.key"), own.keys()),
            TestPki.writeCertificates(directory.resolve("ca.crt"), pki.certificate()),
            limits);
    server = RestServer.start(config, backend, AccessPolicy.parse("access.yaml", ACCESS), registry);
    http = client(pki.context(client));
  }

  static HttpClient client(SSLContext context) {
    return HttpClient.newBuilder()
        .sslContext(context)
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }

  /** A TLS connection that says what no HTTP client would. */
  Socket socket() throws IOException {
    Socket socket = pki.context(client).getSocketFactory().createSocket("127.0.0.1", server.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  /** Sends {@code text} and reads until the other side closes, which it is asked to do. */
  String raw(String text) throws IOException {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return readAll(socket);
    }
  }

  static String readAll(Socket socket) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(read);
    } catch (IOException e) {
      if (read.size() == 0) {
        throw new UncheckedIOException(e);
      }
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
    server.close();
  }
}
