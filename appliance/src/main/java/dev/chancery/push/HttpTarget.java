package dev.chancery.push;

import dev.chancery.api.client.MutualTls;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.config.PushHttpConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** An HTTP server to which each note is posted as text; any answer from 200 to 299 is a yes. */
public final class HttpTarget implements PushTarget {
  private final URI url;
  private final Duration deadline;
  private final HttpClient client;

  private HttpTarget(URI url, Duration deadline, HttpClient client) {
    this.url = url;
    this.deadline = deadline;
    this.client = client;
  }

  /**
   * A target; nothing is sent yet.
   *
   * @throws IllegalArgumentException if a file that it names is not what it should be
   */
  public static HttpTarget open(PushHttpConfig config) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.deadline());
    Path ca = config.ca();
    if (ca != null) {
      try {
        Path certificate = config.certificate();
        Path key = config.key();
        client.sslContext(
            certificate == null || key == null
                ? MutualTls.trustingOnly(ca)
                : MutualTls.context(ca, certificate, key));
      } catch (IOException e) {
        throw new IllegalArgumentException("checkpoints.push.http: " + e.getMessage(), e);
      }
    }
    return new HttpTarget(config.url(), config.deadline(), client.build());
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public void push(SignedCheckpoint checkpoint) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(deadline)
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofByteArray(checkpoint.note().bytes()))
            .build();
    HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("answered " + answer.statusCode());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
