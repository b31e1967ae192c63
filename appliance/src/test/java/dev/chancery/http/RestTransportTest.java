package dev.chancery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.SigningOutcome;
import dev.chancery.config.RestConfig;
import dev.chancery.door.FakeBackend;
import dev.chancery.testing.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a connection, how much he may send, and how it ends. */
class RestTransportTest {
  private static final String SIGN =
      "{\"keyid\":\"" + FakeBackend.KEY.hex() + "\",\"signed\":\"e30=\"}";
  private static final String SIGN_PATH = "/v1/sign/timestamp";

  @TempDir Path directory;

  @Test
  void aClientWithoutACertificateGetsNoAnswer() {
    try (TestDoor door = new TestDoor(directory)) {
      assertNoAnswer(door, door.pki.context());
    }
  }

  @Test
  void aClientOfAnotherAuthorityGetsNoAnswer() {
    try (TestDoor door = new TestDoor(directory)) {
      TestPki.Identity stranger = new TestPki("CN=Test CA").client("CN=notary-server");
      assertNoAnswer(door, door.pki.context(stranger));
    }
  }

  @Test
  void aServerCertificateOfTheAuthorityIsNoClient() {
    try (TestDoor door = new TestDoor(directory)) {
      assertNoAnswer(door, door.pki.context(door.pki.server()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/keys", "/v1/nothing", "/v1/sign/timestamp"})
  void aClientThatIsNotEnteredLearnsOnlyThat(String path) throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      SSLContext context = door.pki.context(door.pki.client("CN=caf\u00e9"));
      try (HttpClient http = TestDoor.client(context)) {
        HttpResponse<String> answer = http.send(request(door, path), BodyHandlers.ofString());
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("\"control\":\"UNAUTHENTICATED\""), answer.body());
        assertFalse(answer.body().contains(path));
      }
      assertEquals(List.of("UNAUTHENTICATED CN=caf\\C3\\A9 request"), door.backend.refusals);
      assertEquals(List.of(), door.backend.calls);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3, true", "TLSv1.2, true", "TLSv1.1, false", "TLSv1, false"})
  void onlyTls13And12AreSpoken(String protocol, boolean spoken) throws Exception {
    try (TestDoor door = new TestDoor(directory);
        SSLSocket socket = (SSLSocket) door.socket()) {
      try {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        assertTrue(spoken);
        assertEquals(protocol, socket.getSession().getProtocol());
      } catch (SSLException e) {
        assertFalse(spoken, e.toString());
      }
    }
  }

  @Test
  void http2IsNotSpoken() throws Exception {
    try (TestDoor door = new TestDoor(directory);
        HttpClient http =
            HttpClient.newBuilder()
                .sslContext(door.pki.context(door.client))
                .version(HttpClient.Version.HTTP_2)
                .build()) {
      HttpResponse<String> answer = http.send(request(door, "/v1/keys"), BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
    }
  }

  @ParameterizedTest(name = "chunked {0}")
  @ValueSource(booleans = {false, true})
  void aBodyOfTheLimitIsReadAndOneByteMoreIsNot(boolean chunked) throws Exception {
    RestConfig.Limits limits = limits(4096, Duration.ofSeconds(10));
    try (TestDoor door = new TestDoor(directory, limits)) {
      String fits = SIGN + " ".repeat(4096 - SIGN.length());
      assertEquals(200, door.send(post(door, fits, chunked)).statusCode());
      HttpResponse<String> answer = door.send(post(door, fits + " ", chunked));
      assertEquals(413, answer.statusCode());
      assertTrue(answer.body().contains("\"control\":\"TOO_LARGE\""), answer.body());
      assertEquals(List.of("TOO_LARGE CN=notary-server request"), door.backend.refusals);
      assertEquals(1, door.backend.calls.size());
    }
  }

  @Test
  void aChunkedBodyWithoutEndIsCutAtTheLimit() throws Exception {
    try (TestDoor door = new TestDoor(directory);
        Socket socket = door.socket()) {
      socket.getOutputStream().write(head("Transfer-Encoding: chunked"));
      byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      try {
        for (int i = 0; i < 200; i++) {
          socket.getOutputStream().write(chunk);
        }
      } catch (IOException closed) {
        // The server need not read on.
      }
      assertEquals(List.of("TOO_LARGE CN=notary-server request"), door.backend.refusals);
    }
  }

  @Test
  void aBodyThatDoesNotArriveInTimeIsAnsweredAndHoldsNoThread() throws Exception {
    RestConfig.Limits limits = limits(4096, Duration.ofSeconds(1));
    try (TestDoor door = new TestDoor(directory, limits)) {
      Socket[] slow = new Socket[40];
      for (int i = 0; i < slow.length; i++) {
        slow[i] = door.socket();
        slow[i].getOutputStream().write(head("Content-Length: 100"));
        slow[i].getOutputStream().write('{');
        slow[i].getOutputStream().flush();
      }
      assertEquals(200, door.post(SIGN_PATH, SIGN).statusCode());
      for (Socket socket : slow) {
        String answer = TestDoor.readAll(socket);
        assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
        assertTrue(answer.contains("\"control\":\"REQUEST_INVALID\""), answer);
        socket.close();
      }
    }
  }

  @Test
  void aBodyInPiecesIsPutTogether() throws Exception {
    try (TestDoor door = new TestDoor(directory);
        Socket socket = door.socket()) {
      socket.getOutputStream().write(head("Content-Length: " + SIGN.length()));
      for (byte b : SIGN.getBytes(StandardCharsets.UTF_8)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertTrue(firstLine(socket).startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void headersBeyondTheLimitAreRefused() throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      String answer =
          door.raw(
              "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX: "
                  + "a".repeat(8 << 10)
                  + "\r\nConnection: close\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
      assertFalse(answer.contains("Jetty"), answer);
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "GET, /, 404",
    "GET, /v1/sign, 404",
    "POST, /v1/sign/root, 404",
    "POST, /v1/sign/targets, 404",
    "GET, /V1/keys, 404",
    "GET, /v1//keys, 404",
    "GET, /v1/sign/timestamp, 405",
    "PUT, /v1/sign/timestamp, 405",
    "DELETE, /v1/keys, 405",
    "OPTIONS, /v1/keys, 405",
    "TRACE, /v1/keys, 405",
    "GET, /v1/clock/confirm, 405",
    "GET, /v1/keys/..%2f..%2fetc, 400",
    "GET, /v1/%zz, 400",
  })
  void whatTheContractDoesNotHaveIsRefused(String method, String path, int status)
      throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      String answer =
          door.raw(method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
      assertTrue(answer.contains("\"control\":\"REQUEST_INVALID\""), answer);
      assertTrue(answer.contains("application/problem+json"), answer);
      assertFalse(answer.contains("Jetty") || answer.contains("Javalin"), answer);
      assertEquals(status == 405, answer.contains("Allow: "), answer);
      assertEquals(List.of(), door.backend.calls);
    }
  }

  @Test
  void whatIsNotHttpIsAnsweredWithoutWordsOfTheServer() throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      String answer = door.raw("HELO there\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 505 "), answer);
      assertTrue(answer.contains("\"control\":\"REQUEST_INVALID\""), answer);
      assertFalse(answer.contains("Jetty") || answer.contains("<html>"), answer);
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsAFailureAndTheWorkGoesOn() throws Exception {
    RestConfig.Limits limits = limits(4096, Duration.ofMillis(300));
    try (TestDoor door = new TestDoor(directory, limits)) {
      CompletableFuture<SigningOutcome> never = new CompletableFuture<>();
      door.backend.signing = () -> never;
      HttpResponse<String> answer = door.post(SIGN_PATH, SIGN);
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains("\"failure\":\"DEADLINE_EXCEEDED\""), answer.body());
      assertFalse(never.isDone());
    }
  }

  @Test
  void manyWaitingRequestsHoldNoThread() throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      CompletableFuture<SigningOutcome> gate = new CompletableFuture<>();
      CountDownLatch arrived = new CountDownLatch(50);
      door.backend.signing =
          () -> {
            arrived.countDown();
            return gate;
          };
      List<CompletableFuture<HttpResponse<String>>> waiting =
          IntStream.range(0, 50)
              .mapToObj(
                  i ->
                      door.http.sendAsync(post(door, SIGN, false).build(), BodyHandlers.ofString()))
              .toList();
      assertTrue(arrived.await(10, TimeUnit.SECONDS));
      assertEquals(200, door.get("/v1/keys").statusCode());
      gate.complete(FakeBackend.SIGNED);
      for (CompletableFuture<HttpResponse<String>> answer : waiting) {
        assertEquals(200, answer.get(10, TimeUnit.SECONDS).statusCode());
      }
    }
  }

  @Test
  void requestsInFlightFinishWhenTheDoorCloses() throws Exception {
    TestDoor door = new TestDoor(directory);
    CompletableFuture<SigningOutcome> gate = new CompletableFuture<>();
    CountDownLatch arrived = new CountDownLatch(1);
    door.backend.signing =
        () -> {
          arrived.countDown();
          return gate;
        };
    CompletableFuture<HttpResponse<String>> answer =
        door.http.sendAsync(post(door, SIGN, false).build(), BodyHandlers.ofString());
    assertTrue(arrived.await(10, TimeUnit.SECONDS));
    Thread closing = Thread.ofPlatform().start(door.server::close);
    URI uri = door.uri("/v1/keys");
    for (int i = 0; i < 50 && connects(uri); i++) {
      Thread.sleep(100);
    }
    assertFalse(connects(uri), "no new connection is taken");
    assertFalse(answer.isDone());
    gate.complete(FakeBackend.SIGNED);
    assertEquals(200, answer.get(10, TimeUnit.SECONDS).statusCode());
    assertTrue(closing.join(Duration.ofSeconds(10)));
    door.close();
  }

  @Test
  void metricsNameRoutesAndControlsAndNothingOfARequest() throws Exception {
    try (TestDoor door = new TestDoor(directory)) {
      assertEquals(200, door.post(SIGN_PATH, SIGN).statusCode());
      assertEquals(404, door.get("/v1/keys/" + "cd".repeat(32)).statusCode());
      assertEquals(404, door.get("/v1/very-special-name").statusCode());
      String metrics = door.registry.scrape();
      assertTrue(
          metrics.contains(
              "chancery_rest_requests_seconds_count{outcome=\"ok\",route=\"POST /v1/sign/timestamp\"} 1"),
          metrics);
      assertTrue(
          metrics.contains("{outcome=\"KEY_UNKNOWN\",route=\"GET /v1/keys/{keyid}\"} 1"), metrics);
      assertTrue(metrics.contains("{outcome=\"REQUEST_INVALID\",route=\"none\"} 1"), metrics);
      assertFalse(metrics.contains("very-special-name"), metrics);
    }
  }

  private static void assertNoAnswer(TestDoor door, SSLContext context) {
    try (HttpClient http = TestDoor.client(context)) {
      assertThrows(
          IOException.class, () -> http.send(request(door, "/v1/keys"), BodyHandlers.ofString()));
    }
    assertEquals(List.of(), door.backend.refusals);
  }

  private static boolean connects(URI uri) {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static HttpRequest request(TestDoor door, String path) {
    return HttpRequest.newBuilder(door.uri(path)).timeout(Duration.ofSeconds(10)).build();
  }

  private static HttpRequest.Builder post(TestDoor door, String body, boolean chunked) {
    return HttpRequest.newBuilder(door.uri(SIGN_PATH))
        .header("Content-Type", "application/json")
        .POST(
            chunked
                ? BodyPublishers.fromPublisher(BodyPublishers.ofString(body))
                : BodyPublishers.ofString(body));
  }

  private static byte[] head(String framing) {
    return ("POST "
            + SIGN_PATH
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + framing
            + "\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String firstLine(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static RestConfig.Limits limits(int bodyBytes, Duration request) {
    return new RestConfig.Limits(
        bodyBytes, 8 << 10, 64, Duration.ofSeconds(20), request, Duration.ofSeconds(10), 8);
  }
}
