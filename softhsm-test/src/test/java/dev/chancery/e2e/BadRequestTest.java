package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every request that cannot be served gets one control id and a sentence, or fails in TLS; nothing
 * of the inside shows, the token is not asked for anything, and the next good request is served.
 */
@ChanceryServer
@TestInstance(Lifecycle.PER_CLASS)
class BadRequestTest {
  private static final int BODY_LIMIT = 3_145_728;
  private static final String UNKNOWN_KEY = "ab".repeat(32);

  private final Chancery chancery;
  private final TestTls tls;
  private final Contract contract = new Contract();
  private Rest rest;
  private String key = "";
  private String foreignKey = "";
  private long signCalls;

  BadRequestTest(Chancery chancery) throws Exception {
    this.chancery = chancery;
    this.tls = new TestTls(chancery);
    this.rest = new Rest(chancery, tls.of("notary-server"));
  }

  /** One key stays within the caller's reach, the other gets out of it. */
  @BeforeAll
  void restrict() throws Exception {
    key = createKey("example.test/app");
    foreignKey = createKey("foreign.test/app");
    Path access = chancery.directory().resolve("access.yaml");
    String text = Files.readString(access);
    Files.writeString(access, text.replaceFirst("\\[\"\\*\\*\"\\]", "[\"example.test/**\"]"));
    Path config = chancery.directory().resolve("chancery.yaml");
    String limits = "  clientCa: tls/ca.crt\n  limits: {request: 1s}\n";
    Files.writeString(config, Files.readString(config).replace("  clientCa: tls/ca.crt\n", limits));
    chancery.restart();
    rest = new Rest(chancery, tls.of("notary-server"));
  }

  private String createKey(String repository) {
    return chancery
        .client()
        .createKey(Dialect.NOTARY, new RepositoryName(repository), Role.TIMESTAMP, Algorithm.ECDSA)
        .keyid()
        .hex();
  }

  @BeforeEach
  void count() {
    signCalls = chancery.signCalls();
  }

  @AfterEach
  void theTokenWasLeftAloneAndTheNextRequestIsServed() throws Exception {
    assertEquals(signCalls, chancery.signCalls());
    assertEquals(200, rest.exchange("GET", "/v1/keys/" + key, (String) null).statusCode());
  }

  @ParameterizedTest(name = "{index}: {0} {1} {2}: {3} {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30='                   | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30='} {}               | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30=','digest':'e30='}  | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30=','signed':'e30='}  | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30'}                   | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e3-='}                  | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'key','signed':'e30='}                  | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | []                                               | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp?dry=1 | {'keyid':'KEY','signed':'e30='}            | 400 | REQUEST_INVALID",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'AAAA'}                  | 400 | MALFORMED",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30='}                  | 400 | UNKNOWN_FIELD",
        "POST | /v1/sign/snapshot  | {'keyid':'KEY','signed':'e30='}                  | 400 | WRONG_TYPE",
        "POST | /v1/sign/timestamp | {'keyid':'UNKNOWN','signed':'e30='}              | 404 | KEY_UNKNOWN",
        "POST | /v1/sign/timestamp | {'keyid':'FOREIGN','signed':'e30='}              | 404 | KEY_UNKNOWN",
        "POST | /v1/sign/timestamp | {'repository':'foreign.test/app','signed':'e30='} | 403 | REPOSITORY_NOT_ALLOWED",
        "POST | /v1/keys | {'dialect':'notary','repository':'foreign.test/new','role':'timestamp','algorithm':'ecdsa'} | 403 | REPOSITORY_NOT_ALLOWED",
        "POST | /v1/keys/KEY/freeze | {'reason':'not mine to say'}                    | 403 | ROLE_NOT_ALLOWED",
        "GET  | /v1/keys/FOREIGN   |                                                  | 404 | KEY_UNKNOWN",
      })
  void isRefused(String method, String target, @Nullable String json, int status, String control)
      throws Exception {
    String path = named(target);
    HttpResponse<String> answer =
        rest.exchange(method, path, json == null ? null : named(json.replace('\'', '"')));
    assertProblem(answer, status, control);
    assertEquals(List.of(), contract.faults(method, path, answer));
  }

  private String named(String text) {
    return text.replace("UNKNOWN", UNKNOWN_KEY).replace("FOREIGN", foreignKey).replace("KEY", key);
  }

  @Test
  void aForeignKeyAndNoKeyAreAnsweredAlike() throws Exception {
    String foreign = signing(foreignKey).body().replace(foreignKey, "K");
    assertEquals(foreign, signing(UNKNOWN_KEY).body().replace(UNKNOWN_KEY, "K"));
  }

  private HttpResponse<String> signing(String keyId) throws Exception {
    return rest.exchange(
        "POST", "/v1/sign/timestamp", "{\"keyid\":\"" + keyId + "\",\"signed\":\"e30=\"}");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "GET, /, 404",
    "GET, /v1, 404",
    "GET, /v1/sign, 404",
    "POST, /v1/sign/root, 404",
    "POST, /v1/sign/targets, 404",
    "POST, /v1/sign/../sign/timestamp/x, 404",
    "GET, /metrics, 404",
    "GET, /v1/sign/timestamp, 405",
    "DELETE, /v1/keys, 405",
    "PUT, /v1/keys, 405",
  })
  void anUnknownPathOrMethodIsRefused(String method, String target, int status) throws Exception {
    assertProblem(rest.exchange(method, target, (String) null), status, "REQUEST_INVALID");
  }

  @ParameterizedTest(name = "content type {0}")
  @CsvSource({"text/plain", "application/x-www-form-urlencoded", "application/octet-stream"})
  void aBodyThatIsNotJsonByNameIsRefused(String type) throws Exception {
    assertProblem(
        rest.exchange("POST", "/v1/sign/timestamp", BodyPublishers.ofString("{}"), type),
        400,
        "REQUEST_INVALID");
  }

  @ParameterizedTest(name = "chunked: {0}")
  @CsvSource({"true", "false"})
  void aBodyTooLargeIsRefused(boolean chunked) throws Exception {
    byte[] body = "x".repeat(BODY_LIMIT + 1).getBytes(UTF_8);
    HttpResponse<String> answer =
        rest.exchange(
            "POST",
            "/v1/sign/timestamp",
            chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body),
            "application/json");
    assertProblem(answer, 413, "TOO_LARGE");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "headers too large   | GET /v1/keys HTTP/1.1~Host: localhost~X: LONG~~ | 431",
        "a line too long     | GET /v1/keys?LONG HTTP/1.1~Host: localhost~~ | 414",
        "no HTTP             | GARBAGE~~ | 400",
        "HTTP/2 preface      | PRI * HTTP/2.0~~SM~~ | 426",
        "two hosts           | GET /v1/keys HTTP/1.1~Host: a~Host: b~~ | 400",
        "no host             | GET /v1/keys HTTP/1.1~~ | 400",
        "two lengths         | POST /v1/keys HTTP/1.1~Host: localhost~Content-Length: 2~Content-Length: 3~~{}x | 400",
        "length and chunks   | POST /v1/keys HTTP/1.1~Host: localhost~Content-Length: 2~Transfer-Encoding: chunked~~0~~ | 400",
        "a wrong chunk       | POST /v1/keys HTTP/1.1~Host: localhost~Content-Type: application/json~Transfer-Encoding: chunked~~XX~~ | 400",
      })
  void whatIsNotHttpAsItIsSpokenHereIsRefused(String what, String text, int status)
      throws Exception {
    String answer = rest.raw(text.replace("~", "\r\n").replace("LONG", "x".repeat(20_000)));
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), what + ": " + answer);
    assertTrue(answer.contains("\"control\":\"REQUEST_INVALID\""), answer);
    assertNothingOfTheInside(answer);
  }

  @Test
  void aBodyThatDoesNotComeIsRefusedInTime() throws Exception {
    long start = System.nanoTime();
    String answer =
        rest.raw(
            "POST /v1/sign/timestamp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    assertTrue(answer.contains("\"control\":\"REQUEST_INVALID\""), answer);
    assertNothingOfTheInside(answer);
    assertTrue(System.nanoTime() - start < 5_000_000_000L, "it took longer than the limit");
  }

  @Test
  void aClientThatAsksForHttp2IsServedWithHttp11() throws Exception {
    Rest eager = new Rest(chancery, tls.of("notary-server"), HttpClient.Version.HTTP_2);
    HttpResponse<String> answer = eager.exchange("GET", "/v1/keys/" + key, (String) null);
    assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
    assertEquals(200, answer.statusCode());
  }

  @Test
  void aCertificateThatNobodyEnteredIsRefused() throws Exception {
    Rest stranger = new Rest(chancery, tls.stranger());
    assertProblem(
        stranger.exchange("GET", "/v1/keys/" + key, (String) null), 403, "UNAUTHENTICATED");
    assertProblem(stranger.exchange("GET", "/nowhere", (String) null), 403, "UNAUTHENTICATED");
  }

  @Test
  void noCertificateAndOneOfAnotherAuthorityFailInTls() throws Exception {
    assertNoAnswer(tls.anonymous());
    assertNoAnswer(tls.ofAnotherAuthority());
  }

  private void assertNoAnswer(SSLContext context) {
    Rest nobody = new Rest(chancery, context);
    assertThrows(IOException.class, () -> nobody.exchange("GET", "/v1/keys/" + key, (String) null));
  }

  @Test
  void whatIsNotTlsGetsNoHttp() throws Exception {
    for (String text : List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\0".repeat(300))) {
      try (Socket socket = new Socket("localhost", chancery.restUri().getPort())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(text.getBytes(UTF_8));
        byte[] answer = socket.getInputStream().readAllBytes();
        assertFalse(new String(answer, UTF_8).contains("HTTP"), "an answer in HTTP");
        assertTrue(answer.length <= 7, "a TLS alert or nothing");
      }
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String control) {
    assertEquals(status, answer.statusCode(), answer.body());
    JsonNode problem = Vectors.json(answer.body().getBytes(UTF_8));
    assertEquals(control, problem.path("control").asText(), answer.body());
    assertEquals(
        "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
    for (String member : List.of("detail", "observed", "allowed", "remedy")) {
      assertTrue(problem.path(member).asText().length() > 3, member + " in " + answer.body());
    }
    assertFalse(problem.has("failure"), answer.body());
    assertNothingOfTheInside(answer.body() + answer.headers().map());
  }

  private static void assertNothingOfTheInside(String answer) {
    for (String word :
        List.of("Exception", "\tat ", "java.", "org.", "etty", "avalin", "Server:")) {
      assertFalse(answer.contains(word), "\"" + word + "\" in " + answer);
    }
  }
}
