package dev.chancery.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.config.ProbesConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a running server how it is, on its probes' port. */
public final class RunningServer {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunningServer() {}

  /** One part of the running server. */
  public record Component(String name, boolean ok, String detail) {}

  /**
   * What it said.
   *
   * @param running whether a Chancery answered
   */
  public record Answer(boolean running, List<Component> components) {
    static final Answer NONE = new Answer(false, List.of());
  }

  /** Asks; an answer that is none means that nobody is there. */
  public static Answer ask(ProbesConfig probes) {
    if (probes.port() == 0) {
      return Answer.NONE;
    }
    URI uri =
        URI.create("http://" + Hosts.forClient(probes.host()) + ":" + probes.port() + "/readyz");
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
      return read(JSON.readTree(response.body()));
    } catch (IOException e) {
      return Answer.NONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.NONE;
    }
  }

  private static Answer read(JsonNode answer) {
    JsonNode components = answer.path("components");
    if (!components.isArray()) {
      return Answer.NONE;
    }
    List<Component> read = new ArrayList<>();
    for (JsonNode each : components) {
      read.add(
          new Component(
              each.path("name").asText(),
              each.path("ok").asBoolean(),
              each.path("detail").asText()));
    }
    return new Answer(true, read);
  }
}
