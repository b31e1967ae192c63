package dev.chancery.served;

import dev.chancery.api.client.MutualTls;
import dev.chancery.served.ServedException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Files at one address, read with GET: at most 16 MiB each and within 20 seconds. A redirect is
 * never followed: what another place says is not what this one serves.
 */
final class WebFiles implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 16 << 20;

  /** So many answers in a row that do not come mean that none will. */
  private static final int MAX_LATE = 3;

  private final URI base;
  private final @Nullable String authorization;
  private final HttpClient http;
  private final AtomicInteger lateInARow = new AtomicInteger();

  private WebFiles(URI base, @Nullable String authorization, HttpClient http) {
    this.base = base;
    this.authorization = authorization;
    this.http = http;
  }

  /**
   * A client; nothing is sent yet.
   *
   * @param base {@code https}, or {@code http} to this machine
   * @param ca PEM: the authorities that may have given the server its certificate, no others;
   *     needed for {@code https}
   * @param authorization value of the header of that name, where the server asks for a login
   */
  static WebFiles open(URI base, @Nullable Path ca, @Nullable String authorization) {
    HttpClient.Builder client =
        HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER);
    if ("https".equals(base.getScheme()) && base.getHost() != null) {
      if (ca == null) {
        throw new ServedException(Kind.INPUT, "an authority is needed to know " + base + " by");
      }
      try {
        client.sslContext(MutualTls.trustingOnly(ca));
      } catch (IOException e) {
        throw new ServedException(
            Kind.INPUT, "the trust server's authority cannot be read: " + e.getMessage(), e);
      }
    } else if (!"http".equals(base.getScheme()) || !isLoopback(base.getHost())) {
      throw new ServedException(
          Kind.INPUT,
          "the trust server is named like https://localhost:4443, not \""
              + base
              + "\"; http is for this machine alone");
    }
    return new WebFiles(base, authorization, client.build());
  }

  // By its name: what a name server says may change between two looks.
  private static boolean isLoopback(@Nullable String host) {
    return host != null
        && (host.equals("localhost")
            || host.equals("[::1]")
            || host.matches("127(\\.\\d{1,3}){3}"));
  }

  URI base() {
    return base;
  }

  /** The file at {@code path}, relative to the base; empty if the server has none. */
  Optional<byte[]> get(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<byte[]> answer = send(request.build());
    return switch (answer.statusCode()) {
      case 200 -> Optional.of(answer.body());
      case 404 -> Optional.empty();
      case 401 -> throw answer("the trust server asks for a login (401)");
      case 301, 302, 303, 307, 308 ->
          throw answer(
              "the trust server points elsewhere (" + answer.statusCode() + "), not followed");
      default -> throw answer("the trust server answered " + answer.statusCode());
    };
  }

  private static ServedException answer(String message) {
    return new ServedException(Kind.ANSWER, message);
  }

  // The request's own time-out ends with the headers of the answer; this one with its last byte.
  private HttpResponse<byte[]> send(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> came = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      lateInARow.set(0);
      return came;
    } catch (TimeoutException e) {
      String why = " within " + PATIENCE.toSeconds() + " s";
      if (lateInARow.incrementAndGet() < MAX_LATE) {
        throw answer("the trust server gives no answer" + why);
      }
      throw away(why, e);
    } catch (ExecutionException e) {
      String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      if (why.contains("exceeds")) {
        throw answer("the trust server's file has more than " + MAX_BYTES + " bytes");
      }
      throw away(": " + (why.equals("null") ? "is it running?" : why), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(": interrupted while asking", e);
    } finally {
      answer.cancel(true);
    }
  }

  private ServedException away(String why, Exception cause) {
    return new ServedException(
        Kind.AWAY, "the trust server " + base + " gives no answer" + why, cause);
  }

  /** One segment of a path. */
  static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
