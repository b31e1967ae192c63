package dev.chancery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.Version;
import dev.chancery.door.Failure;
import dev.chancery.door.FakeBackend;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.LedgerException;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.WatermarkFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real requests and real answers against openapi.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestContractTest {
  private static final String KEYID = FakeBackend.KEY.hex();
  private static final String SIGN_BY_ID = "{\"keyid\":\"" + KEYID + "\",\"signed\":\"e30=\"}";

  private final String contract = contract();
  private final OpenApiInteractionValidator validator =
      OpenApiInteractionValidator.createForInlineApiSpecification(contract).build();
  private TestDoor door;

  @BeforeAll
  void open(@TempDir Path directory) {
    door = new TestDoor(directory);
  }

  @BeforeEach
  void reset() {
    door.backend.signing = () -> CompletableFuture.completedFuture(FakeBackend.SIGNED);
    door.backend.calls.clear();
    door.backend.refusals.clear();
  }

  @AfterAll
  void close() {
    door.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /v1/sign/timestamp  | {'keyid':'KEY','signed':'e30='}",
        "POST | /v1/sign/timestamp  | {'repository':'r.example/team/app','signed':'e30=','snapshot':'e30='}",
        "POST | /v1/sign/snapshot   | {'repository':'r.example/team/app','signed':'e30='}",
        "POST | /v1/check/timestamp | {'keyid':'KEY','signed':'e30='}",
        "POST | /v1/check/snapshot  | {'keyid':'KEY','signed':'e30='}",
        "POST | /v1/keys            | {'dialect':'notary','repository':'a','role':'snapshot','algorithm':'ecdsa'}",
        "GET  | /v1/keys            |",
        "GET  | /v1/keys?repository=r.example%2Fteam%2Fapp&role=timestamp |",
        "GET  | /v1/keys/KEY        |",
        "POST | /v1/keys/KEY/freeze | {'reason':'no longer used'}",
        "GET  | /v1/repositories    |",
        "GET  | /v1/repositories?repository=a |",
        "POST | /v1/keys/adopt | {'dialect':'notary','repository':'a','role':'snapshot','algorithm':'ed25519','keyid':'4297585c0fe23f11d05ccfdfe00ddc1543e428febcd6de32ddeb1d5cf16942b6','publicKey':'11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='}",
        "POST | /v1/repositories/start | {'repository':'a','timestamp':'512','snapshot':'9','reason':'moved'}",
        "POST | /v1/repositories/start | {'repository':'a','timestamp':'1','reason':'moved'}",
        "POST | /v1/repositories/retire  | {'repository':'a','reason':'deleted there'}",
        "POST | /v1/repositories/custody | {'repository':'a','custody':'publisher','reason':'x'}",
        "POST | /v1/repositories/custody | {'repository':'a','custody':'here','reason':'x'}",
        "POST | /v1/repositories/root | {'repository':'a','root':'e30=','reason':'x'}",
        "GET  | /v1/repositories/due |",
        "GET  | /v1/repositories/due?repository=a |",
        "GET  | /v1/watermarks      |",
        "GET  | /v1/watermarks?repository=a |",
        "POST | /v1/rebase/ledger   | {'reason':'restored from the backup of Monday'}",
        "POST | /v1/backups         | {'rows':'5','headHash':'KEY','contentSha256':'KEY'}",
        "GET  | /v1/audit           |",
        "GET  | /v1/audit?repository=a&keyid=KEY&caller=CN=x&refused=true&since=2026-08-01T00:00:00Z&until=2026-08-02T00:00:00.5Z&before=900&limit=1000 |",
        "GET  | /v1/audit?before=0&limit=1&refused=false |",
        "POST | /v1/audit/checkpoints |",
        "GET  | /v1/audit/checkpoints/newest |",
        "POST | /v1/clock/confirm   |",
      })
  void goodRequestsAndTheirAnswersAreWhatTheContractSays(
      String method, String path, @Nullable String json) throws Exception {
    String target = path.replace("KEY", KEYID);
    String body = json == null ? null : json.replace('\'', '"').replace("KEY", KEYID);
    HttpResponse<String> answer = exchange(method, target, body);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
    assertFalse(answer.headers().firstValue("Server").isPresent());
    assertEquals(List.of(), door.backend.refusals);
    assertNoErrors(validator.validateRequest(request(method, target, body)));
    assertNoErrors(validator.validateResponse(pathOf(target), methodOf(method), response(answer)));
  }

  @ParameterizedTest(name = "{index}: {0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /v1/sign/timestamp | {'signed':'e30='}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY'}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','repository':'a','signed':'e30='}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30=','extra':'1'}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e30=','Signed':'e30='}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':'e3_0'}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':''}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':7}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':null}",
        "POST | /v1/sign/timestamp | {'keyid':'KEY','signed':['e30=']}",
        "POST | /v1/sign/timestamp | {'keyid':'abc','signed':'e30='}",
        "POST | /v1/sign/timestamp | {'repository':'','signed':'e30='}",
        "POST | /v1/sign/timestamp | []",
        "POST | /v1/sign/snapshot  | {'keyid':'KEY','signed':'e30=','snapshot':'e30='}",
        "POST | /v1/keys | {'dialect':'tuf2','repository':'a','role':'snapshot','algorithm':'ecdsa'}",
        "POST | /v1/keys | {'dialect':'notary','repository':'a','role':'root','algorithm':'ecdsa'}",
        "POST | /v1/keys | {'dialect':'notary','repository':'a','role':'snapshot','algorithm':'rsa'}",
        "POST | /v1/keys | {'dialect':'notary','repository':'a','role':'snapshot'}",
        "POST | /v1/keys/adopt | {'dialect':'notary','repository':'a','role':'snapshot','algorithm':'ed25519','keyid':'KEY'}",
        "POST | /v1/repositories/start | {'repository':'a','timestamp':'0','reason':'x'}",
        "POST | /v1/repositories/start | {'repository':'a','snapshot':'01','reason':'x'}",
        "POST | /v1/repositories/start | {'repository':'a','timestamp':'1'}",
        "POST | /v1/repositories/retire | {'repository':'a'}",
        "POST | /v1/repositories/retire | {'reason':'x'}",
        "POST | /v1/repositories/custody | {'repository':'a','custody':'elsewhere','reason':'x'}",
        "POST | /v1/repositories/custody | {'repository':'a','reason':'x'}",
        "POST | /v1/repositories/root | {'repository':'a','root':'','reason':'x'}",
        "POST | /v1/repositories/root | {'repository':'a','reason':'x'}",
        "GET  | /v1/keys?role=root |",
        "GET  | /v1/audit?limit=0 |",
        "GET  | /v1/audit?limit=1001 |",
        "GET  | /v1/audit?limit=01 |",
        "GET  | /v1/audit?before=-1 |",
        "GET  | /v1/audit?refused=yes |",
        "GET  | /v1/audit?since=yesterday |",
        "GET  | /v1/audit?keyid=abc |",
        "POST | /v1/audit/checkpoints | {}",
        "GET  | /v1/keys/abc |",
        "POST | /v1/keys/KEY/freeze | {'reason':''}",
      })
  void badRequestsAreRefusedByContractAndDoor(String method, String path, @Nullable String json)
      throws Exception {
    String target = path.replace("KEY", KEYID);
    String body = json == null ? null : json.replace('\'', '"').replace("KEY", KEYID);
    HttpResponse<String> answer = exchange(method, target, body);
    assertProblem(answer, 400, "REQUEST_INVALID");
    assertEquals(List.of(), door.backend.calls);
    assertEquals(1, door.backend.refusals.size());
    assertTrue(validator.validateRequest(request(method, target, body)).hasErrors());
    assertNoErrors(validator.validateResponse(pathOf(target), methodOf(method), response(answer)));
  }

  @Test
  void p384IsRefusedWithTheReason() throws Exception {
    String body =
        "{\"dialect\":\"tuf\",\"repository\":\"a\",\"role\":\"snapshot\","
            + "\"algorithm\":\"ecdsa-sha2-nistp384\"}";
    HttpResponse<String> answer = exchange("POST", "/v1/keys", body);
    assertProblem(answer, 400, "ALGORITHM_NOT_ALLOWED");
    assertTrue(answer.body().contains("tuf-js"), answer.body());
    assertEquals(List.of(), door.backend.calls);
    assertEquals(1, door.backend.refusals.size());
  }

  @Test
  void listsAreTakenAndTheirAnswersAreWhatTheContractSays() throws Exception {
    KeyId key = FakeBackend.KEY;
    Sha256 canonical = Sha256.of(new byte[] {1});
    RebaseList list =
        new RebaseList(
            "ab".repeat(16),
            Instant.EPOCH,
            "https://localhost:4443",
            List.of(
                new RebaseList.Entry(
                    key,
                    new RepositoryName("r.example/team/app"),
                    Role.TIMESTAMP,
                    new Version(11),
                    new Version(9),
                    canonical,
                    new FileBytes(new byte[] {2}))));
    WatermarkFile file =
        new WatermarkFile(
            "ab".repeat(16),
            Instant.EPOCH,
            List.of(
                new WatermarkFile.Entry(
                    key,
                    new RepositoryName("r.example/team/app"),
                    Role.TIMESTAMP,
                    Dialect.NOTARY,
                    new Version(9),
                    canonical,
                    null)));
    String watermarks =
        "{\"watermarks\":\"%s\",\"reason\":\"moved\"}"
            .formatted(Base64.getEncoder().encodeToString(file.encode()));
    isGood("/v1/watermarks/import", watermarks);
    isGood("/v1/watermarks/check", watermarks);
    isGood(
        "/v1/rebase",
        "{\"list\":\"%s\",\"digest\":\"%s\",\"reason\":\"restored\"}"
            .formatted(Base64.getEncoder().encodeToString(list.encode()), list.digest()));
    assertEquals(
        List.of("import false moved", "import true moved", "rebase " + list.digest() + " restored"),
        door.backend.calls);
    door.backend.bulk =
        new BulkOutcome.Refused(
            List.of(
                new BulkOutcome.Entry(
                    key,
                    new RefusedException(
                        Refusal.VERSION_JUMP, "watermark 2000", "1000", "show it"))));
    HttpResponse<String> answer = exchange("POST", "/v1/watermarks/import", watermarks);
    JsonNode problem = assertProblem(answer, 409, "VERSION_JUMP");
    assertEquals(KEYID, problem.path("refusals").path(0).path("keyid").asText());
    assertNoErrors(
        validator.validateResponse("/v1/watermarks/import", Request.Method.POST, response(answer)));
  }

  private void isGood(String path, String body) throws Exception {
    HttpResponse<String> answer = exchange("POST", path, body);
    assertEquals(200, answer.statusCode(), answer.body());
    assertNoErrors(validator.validateRequest(request("POST", path, body)));
    assertNoErrors(validator.validateResponse(path, Request.Method.POST, response(answer)));
  }

  @Test
  void aKeyIsAdoptedUnderItsOwnIdAlone() throws Exception {
    String body =
        """
        {"dialect":"notary","repository":"a","role":"snapshot","algorithm":"ed25519",
         "keyid":"%s","publicKey":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}
        """
            .formatted(KEYID);
    HttpResponse<String> answer = exchange("POST", "/v1/keys/adopt", body);
    assertProblem(answer, 400, "REQUEST_INVALID");
    assertTrue(answer.body().contains("that of the public key"), answer.body());
    assertEquals(List.of(), door.backend.calls);
  }

  @ParameterizedTest(name = "{index}: {0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | application/json",
        "200 | Application/JSON; charset=UTF-8",
        "200 | application/json;charset=\"utf-8\"",
        "400 | application/json; charset=iso-8859-1",
        "400 | application/json; version=1",
        "400 | application/jsonp",
        "400 | text/json",
        "400 | text/plain",
        "400 | application/x-www-form-urlencoded",
      })
  void onlyJsonIsTaken(int status, String type) throws Exception {
    HttpResponse<String> answer =
        door.send(
            HttpRequest.newBuilder(door.uri("/v1/sign/timestamp"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(SIGN_BY_ID)));
    assertEquals(status, answer.statusCode(), answer.body());
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    "POST, /v1/sign/timestamp?role=snapshot, GOOD",
    "POST, /v1/clock/confirm, {}",
    "POST, /v1/clock/confirm?sure=yes,",
    "GET, /v1/repositories?all=1,",
    "GET, /v1/keys?role=timestamp&role=snapshot,",
    "GET, /v1/keys?repository=,",
    "GET, /v1/watermarks?keyid=1,",
  })
  void nothingThatIsSentIsIgnored(String method, String target, @Nullable String body)
      throws Exception {
    String sent = "GOOD".equals(body) ? SIGN_BY_ID : body;
    assertProblem(exchange(method, target, sent), 400, "REQUEST_INVALID");
    assertEquals(List.of(), door.backend.calls);
    assertEquals(1, door.backend.refusals.size());
  }

  @Test
  void aBodyThatSaysItIsEncodedIsRefused() throws Exception {
    HttpResponse<String> answer =
        door.send(
            HttpRequest.newBuilder(door.uri("/v1/sign/timestamp"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString(SIGN_BY_ID)));
    assertProblem(answer, 400, "REQUEST_INVALID");
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void everyRefusalIsAProblemOfTheContract(Refusal refusal) throws Exception {
    RefusedException thrown =
        new RefusedException(refusal, "version 6", "7 or 8", "wait 12 s", new Version(7));
    door.backend.signing =
        () -> CompletableFuture.completedFuture(new SigningOutcome.Refused(thrown));
    HttpResponse<String> answer = door.post("/v1/sign/timestamp", SIGN_BY_ID);
    JsonNode problem = assertProblem(answer, Problems.status(refusal.kind()), refusal.name());
    assertEquals("version 6", problem.path("observed").asText());
    assertEquals("7 or 8", problem.path("allowed").asText());
    assertEquals("wait 12 s", problem.path("remedy").asText());
    assertEquals(7, problem.path("watermark").asLong());
    assertEquals(
        refusal.kind() == Refusal.Kind.RATE ? "12" : "",
        answer.headers().firstValue("Retry-After").orElse(""));
    assertNoErrors(
        validator.validateResponse("/v1/sign/timestamp", Request.Method.POST, response(answer)));
    assertEquals(List.of(), door.backend.refusals, "the backend has recorded its own");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "TOKEN_UNAVAILABLE, 503, false",
    "LEDGER_UNAVAILABLE, 503, false",
    "OVERLOADED, 503, false",
    "INTERNAL, 500, false",
    "TOKEN_UNAVAILABLE, 503, true",
    "LEDGER_UNAVAILABLE, 503, true",
    "INTERNAL, 500, true",
  })
  void everyFailureIsAProblemThatTellsNothingOfTheInside(String failure, int status, boolean thrown)
      throws Exception {
    RuntimeException cause = failureNamed(failure);
    door.backend.signing =
        () -> {
          if (thrown) {
            throw cause;
          }
          return CompletableFuture.failedFuture(cause);
        };
    HttpResponse<String> answer = door.post("/v1/sign/timestamp", SIGN_BY_ID);
    assertEquals(status, answer.statusCode());
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertEquals(failure, problem.path("failure").asText());
    assertFalse(problem.has("control"));
    assertFalse(answer.body().contains("secret"), answer.body());
    assertEquals(status == 503, answer.headers().firstValue("Retry-After").isPresent());
    assertNoErrors(
        validator.validateResponse("/v1/sign/timestamp", Request.Method.POST, response(answer)));
  }

  @Test
  void theContractNamesEveryControlFailureAndWordOfTheCode() throws Exception {
    JsonNode schemas = new YAMLMapper().readTree(contract).path("components").path("schemas");
    assertEquals(names(Refusal.values()), texts(schemas.path("Control").path("enum")));
    assertEquals(
        names(Failure.values()),
        texts(schemas.path("FailureProblem").path("properties").path("failure").path("enum")));
    assertEquals(
        Arrays.stream(Role.values()).map(Role::id).toList(),
        texts(schemas.path("Role").path("enum")));
    assertEquals(
        Arrays.stream(KeyStatus.values()).map(KeyStatus::id).toList(),
        texts(schemas.path("KeyStatus").path("enum")));
    assertEquals(
        Arrays.stream(Custody.values()).map(Custody::id).toList(),
        texts(schemas.path("Custody").path("enum")));
    assertEquals(
        Arrays.stream(Algorithm.values()).map(Algorithm::id).toList(),
        texts(schemas.path("Algorithm").path("enum")));
    assertEquals(
        Arrays.stream(Dialect.values()).map(Dialect::id).toList(),
        texts(schemas.path("Dialect").path("enum")));
    assertEquals(
        Arrays.stream(KeyMode.values()).map(KeyMode::id).toList(),
        texts(schemas.path("KeyMode").path("enum")));
  }

  private static RuntimeException failureNamed(String failure) {
    return switch (failure) {
      case "TOKEN_UNAVAILABLE" -> new TokenException("CKR_DEVICE_ERROR", "secret");
      case "LEDGER_UNAVAILABLE" -> new LedgerException("secret");
      case "OVERLOADED" -> new RejectedExecutionException("secret");
      default -> new IllegalStateException("secret");
    };
  }

  private HttpResponse<String> exchange(String method, String target, @Nullable String body)
      throws Exception {
    return method.equals("GET") ? door.get(target) : door.post(target, body == null ? "" : body);
  }

  private static JsonNode assertProblem(HttpResponse<String> answer, int status, String control)
      throws Exception {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(
        "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertEquals("urn:chancery:refusal:" + control, problem.path("type").asText());
    assertEquals(control, problem.path("control").asText());
    assertEquals(status, problem.path("status").asInt());
    assertFalse(problem.has("failure"));
    return problem;
  }

  private static Request request(String method, String target, @Nullable String body) {
    SimpleRequest.Builder request =
        new SimpleRequest.Builder(methodOf(method).name(), pathOf(target));
    int query = target.indexOf('?');
    if (query >= 0) {
      for (String parameter : target.substring(query + 1).split("&", -1)) {
        int equals = parameter.indexOf('=');
        request.withQueryParam(
            parameter.substring(0, equals), parameter.substring(equals + 1).replace("%2F", "/"));
      }
    }
    if (body != null) {
      request.withContentType("application/json").withBody(body);
    }
    return request.build();
  }

  private static SimpleResponse response(HttpResponse<String> answer) {
    SimpleResponse.Builder response =
        SimpleResponse.Builder.status(answer.statusCode()).withBody(answer.body());
    answer.headers().map().forEach((name, values) -> response.withHeader(name, values));
    return response.build();
  }

  private static String pathOf(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static Request.Method methodOf(String method) {
    return Request.Method.valueOf(method);
  }

  private static void assertNoErrors(ValidationReport report) {
    assertFalse(report.hasErrors(), () -> report.getMessages().toString());
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  private static String contract() {
    try (InputStream resource =
        Objects.requireNonNull(
            Refusal.class.getResourceAsStream("/dev/chancery/api/openapi.yaml"))) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
