package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A good session over every route of openapi.yaml: each request and each answer is as it says. */
@ChanceryServer
class RestSessionTest {
  private static final String REPOSITORY = "example.test/żółw/app";

  private final Chancery chancery;
  private final Contract contract = new Contract();
  private final NotaryMetadata metadata = new NotaryMetadata(new Random(11));
  private final Set<String> routes = new HashSet<>();

  RestSessionTest(Chancery chancery) {
    this.chancery = chancery;
  }

  @Test
  void everyRouteSpeaksAsTheContractSays() throws Exception {
    Rest server = new Rest(chancery, new TestTls(chancery).of("notary-server"));
    Rest operator = new Rest(chancery, new TestTls(chancery).of("operator"));
    String snapshotKey = createKey(server, "snapshot");
    String timestampKey = createKey(server, "timestamp");

    byte[] snapshot = metadata.snapshot(metadata.newFile(), 1);
    post(server, "/v1/check/snapshot", signing("keyid", snapshotKey, snapshot, null));
    JsonNode signed =
        post(server, "/v1/sign/snapshot", signing("keyid", snapshotKey, snapshot, null));
    ServedSnapshot served =
        ServedSnapshot.of(
            snapshot, snapshotKey, signed.get("method").asText(), signed.get("sig").asText());
    byte[] timestamp = metadata.timestamp(served, 1);
    String body = signing("repository", REPOSITORY, timestamp, served.file());
    post(server, "/v1/check/timestamp", body);
    assertEquals(false, post(server, "/v1/sign/timestamp", body).get("recorded").asBoolean());
    assertEquals(true, post(server, "/v1/sign/timestamp", body).get("recorded").asBoolean());

    String query = "?repository=" + URLEncoder.encode(REPOSITORY, StandardCharsets.UTF_8);
    assertEquals(2, get(server, "/v1/keys" + query).get("keys").size());
    assertEquals(1, get(server, "/v1/keys" + query + "&role=snapshot").get("keys").size());
    assertEquals("timestamp", get(server, "/v1/keys/" + timestampKey).get("role").asText());
    assertEquals(2, get(operator, "/v1/watermarks" + query).get("watermarks").size());
    assertEquals(1, get(operator, "/v1/repositories").get("repositories").size());
    post(operator, "/v1/clock/confirm", null);
    assertEquals(
        "frozen",
        post(operator, "/v1/keys/" + snapshotKey + "/freeze", "{\"reason\":\"the test ends\"}")
            .get("status")
            .asText());
    String named = "{\"repository\":\"" + REPOSITORY + "\",\"reason\":\"the test ends\"";
    assertEquals(
        "publisher",
        post(operator, "/v1/repositories/custody", named + ",\"custody\":\"publisher\"}")
            .get("custody")
            .asText());
    JsonNode started = post(operator, "/v1/repositories/start", named + ",\"timestamp\":\"7\"}");
    assertEquals(7, started.get("timestampStart").asInt());
    assertEquals("foreign", post(operator, "/v1/keys/adopt", oldKey()).get("mode").asText());
    JsonNode retired = post(operator, "/v1/repositories/retire", named + "}").get("keys");
    assertEquals(List.of("retired", "retired", "retired"), retired.findValuesAsText("status"));
    HttpResponse<String> refused = server.exchange("POST", "/v1/sign/timestamp", body);
    assertEquals("REPOSITORY_RETIRED", control(refused));
    assertEquals("retired", get(server, "/v1/keys/" + timestampKey).get("status").asText());
    assertNotEquals(timestampKey, createKey(server, "timestamp"));
    assertEquals(10, get(operator, "/v1/audit?limit=10").get("rows").size());
    JsonNode made = post(operator, "/v1/audit/checkpoints", null);
    assertEquals(made, get(operator, "/v1/audit/checkpoints/newest"));
    assertEquals(18, routes.size(), routes.toString());
  }

  /** The key pair of RFC 8032 section 7.1, test 1, as an old signer's. */
  private static String oldKey() {
    return "{\"dialect\":\"notary\",\"repository\":\""
        + REPOSITORY
        + "\",\"role\":\"snapshot\",\"algorithm\":\"ed25519\",\"keyid\":"
        + "\"4297585c0fe23f11d05ccfdfe00ddc1543e428febcd6de32ddeb1d5cf16942b6\","
        + "\"publicKey\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"}";
  }

  private static String control(HttpResponse<String> answer) throws Exception {
    return Vectors.json(answer.body().getBytes(StandardCharsets.UTF_8)).get("control").asText();
  }

  private String createKey(Rest server, String role) throws Exception {
    return post(
            server,
            "/v1/keys",
            "{\"dialect\":\"notary\",\"repository\":\""
                + REPOSITORY
                + "\",\"role\":\""
                + role
                + "\",\"algorithm\":\"ecdsa\"}")
        .get("keyid")
        .asText();
  }

  private static String signing(
      String selector, String value, byte[] signed, byte @Nullable [] snapshot) {
    String body = "{\"" + selector + "\":\"" + value + "\",\"signed\":\"" + base64(signed) + "\"";
    return snapshot == null ? body + "}" : body + ",\"snapshot\":\"" + base64(snapshot) + "\"}";
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private JsonNode get(Rest rest, String target) throws Exception {
    return exchange(rest, "GET", target, null);
  }

  private JsonNode post(Rest rest, String target, @Nullable String json) throws Exception {
    return exchange(rest, "POST", target, json);
  }

  private JsonNode exchange(Rest rest, String method, String target, @Nullable String json)
      throws Exception {
    routes.add(method + " " + target.replaceAll("\\?.*", "").replaceAll("[0-9a-f]{64}", "{keyid}"));
    assertEquals(List.of(), contract.faults(method, target, json));
    HttpResponse<String> answer = rest.exchange(method, target, json);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(List.of(), contract.faults(method, target, answer));
    return Vectors.json(answer.body().getBytes(StandardCharsets.UTF_8));
  }
}
