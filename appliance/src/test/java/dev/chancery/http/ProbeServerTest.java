package dev.chancery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.config.ProbesConfig;
import dev.chancery.signing.Readiness;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeServerTest {
  private volatile List<Readiness.Component> components =
      List.of(new Readiness.Component("ledger", true, "ok"));
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ProbeServer probes =
      ProbeServer.start(new ProbesConfig("127.0.0.1", 0), () -> components, registry);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.close();
    probes.close();
  }

  @Test
  void theProcessIsAliveEvenWhenItIsNotReady() throws Exception {
    components = List.of(new Readiness.Component("token", false, "CKR_DEVICE_REMOVED"));
    assertEquals(200, exchange("GET", "/livez").statusCode());
    HttpResponse<String> ready = exchange("GET", "/readyz");
    assertEquals(503, ready.statusCode());
    assertEquals(
        "{\"ok\":false,\"components\":"
            + "[{\"name\":\"token\",\"ok\":false,\"detail\":\"CKR_DEVICE_REMOVED\"}]}",
        ready.body());
  }

  @Test
  void itIsReadyWhenEveryComponentIs() throws Exception {
    HttpResponse<String> ready = exchange("GET", "/readyz");
    assertEquals(200, ready.statusCode());
    assertEquals("application/json", ready.headers().firstValue("Content-Type").orElse(""));
    assertEquals("no-store", ready.headers().firstValue("Cache-Control").orElse(""));
    components =
        List.of(
            new Readiness.Component("ledger", true, "ok"),
            new Readiness.Component("token", false, "away"));
    assertEquals(503, exchange("GET", "/readyz").statusCode());
  }

  @Test
  void aReadinessThatThrowsIsAFailureWithoutItsWords() throws Exception {
    components = List.of();
    try (ProbeServer broken =
        ProbeServer.start(
            new ProbesConfig("127.0.0.1", 0),
            () -> {
              throw new IllegalStateException("secret");
            },
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      HttpResponse<String> answer = exchange(broken, "GET", "/readyz");
      assertEquals(500, answer.statusCode());
      assertFalse(answer.body().contains("secret"), answer.body());
    }
  }

  @Test
  void metricsArePrometheusText() throws Exception {
    registry.counter("a.counter").increment();
    HttpResponse<String> metrics = exchange("GET", "/metrics");
    assertEquals(200, metrics.statusCode());
    assertTrue(metrics.body().contains("a_counter_total 1.0"), metrics.body());
    assertTrue(metrics.body().contains("jvm_memory_used_bytes"), metrics.body());
  }

  @ParameterizedTest
  @CsvSource({"GET, /, 404", "GET, /v1/keys, 404", "POST, /livez, 405", "DELETE, /metrics, 405"})
  void thereIsNothingElse(String method, String path, int status) throws Exception {
    HttpResponse<String> answer = exchange(method, path);
    assertEquals(status, answer.statusCode());
    assertFalse(answer.headers().firstValue("Server").isPresent());
    assertTrue(answer.body().contains("\"control\":\"REQUEST_INVALID\""), answer.body());
  }

  private HttpResponse<String> exchange(String method, String path) throws Exception {
    return exchange(probes, method, path);
  }

  private HttpResponse<String> exchange(ProbeServer server, String method, String path)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
