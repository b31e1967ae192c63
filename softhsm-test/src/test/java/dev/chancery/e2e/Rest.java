package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.chancery.softhsm.Chancery;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** REST without the project's own client, and connections without any HTTP client. */
final class Rest {
  private static final int SOCKET_MILLIS = 10_000;

  private final URI server;
  private final SSLContext tls;
  private final HttpClient http;

  Rest(Chancery chancery, SSLContext tls) {
    this(chancery, tls, HttpClient.Version.HTTP_1_1);
  }

  /** A client that asks for a version of HTTP where TLS lets it. */
  Rest(Chancery chancery, SSLContext tls, HttpClient.Version version) {
    this.server = chancery.restUri();
    this.tls = tls;
    this.http = HttpClient.newBuilder().version(version).sslContext(tls).build();
  }

  /** With a JSON body where there is one. */
  HttpResponse<String> exchange(String method, String target, @Nullable String json)
      throws IOException, InterruptedException {
    return json == null
        ? exchange(method, target, BodyPublishers.noBody(), null)
        : exchange(method, target, BodyPublishers.ofString(json), "application/json");
  }

  HttpResponse<String> exchange(
      String method, String target, BodyPublisher body, @Nullable String contentType)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(target))
            .timeout(Duration.ofSeconds(30))
            .method(method, body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends bytes over TLS, waits, and gives all that came back until the server closed. */
  String raw(String text) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(SOCKET_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(ISO_8859_1));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
