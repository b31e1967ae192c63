package dev.chancery.http;

import dev.chancery.config.ProbesConfig;
import dev.chancery.signing.Readiness;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probes: {@code /livez} (the process answers), {@code /readyz} (200 if every component is
 * well, else 503; JSON says which) and {@code /metrics} (Prometheus text). They read and change
 * nothing.
 */
public final class ProbeServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);
  private static final int THREADS = 6;
  private static final int MAX_HEADER_BYTES = 4096;
  private static final long IDLE_MILLIS = 10_000;
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Server server;
  private final ServerConnector connector;

  private ProbeServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Listens and returns.
   *
   * @param readiness asked at each {@code /readyz}; it keeps its own pace and deadline
   * @param registry what {@code /metrics} shows; the memory of the process is added here
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static ProbeServer start(
      ProbesConfig settings,
      Supplier<List<Readiness.Component>> readiness,
      PrometheusMeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("probes");
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setErrorHandler(new ErrorAnswers());
    server.setHandler(new Probes(readiness, registry));
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new IllegalStateException(
          "cannot listen on " + settings.host() + ":" + settings.port(), e);
    }
    return new ProbeServer(server, connector);
  }

  /** The port it listens on, also where any free one was asked for. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the probes did not stop as they should", e);
    }
  }

  private static final class Probes extends Handler.Abstract {
    private static final HttpField ALLOW_GET = new HttpField(HttpHeader.ALLOW, "GET, HEAD");

    private final Supplier<List<Readiness.Component>> readiness;
    private final PrometheusMeterRegistry registry;

    Probes(Supplier<List<Readiness.Component>> readiness, PrometheusMeterRegistry registry) {
      this.readiness = readiness;
      this.registry = registry;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      answer(request).send(response, callback);
      return true;
    }

    private Answer answer(Request request) {
      if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
        return Problems.refused(ErrorAnswers.refusal(405), 405, HttpFields.from(ALLOW_GET));
      }
      return switch (Request.getPathInContext(request)) {
        case "/livez" -> Answer.ok(Json.object(json -> json.writeBooleanField("ok", true)));
        case "/readyz" -> ready(readiness.get());
        case "/metrics" ->
            new Answer(
                200,
                "ok",
                PROMETHEUS_TEXT,
                registry.scrape().getBytes(StandardCharsets.UTF_8),
                HttpFields.EMPTY);
        default -> Problems.refused(ErrorAnswers.refusal(404), 404, HttpFields.EMPTY);
      };
    }

    private static Answer ready(List<Readiness.Component> components) {
      boolean ok = components.stream().allMatch(Readiness.Component::ok);
      byte[] body =
          Json.object(
              json -> {
                json.writeBooleanField("ok", ok);
                json.writeArrayFieldStart("components");
                for (Readiness.Component component : components) {
                  json.writeStartObject();
                  json.writeStringField("name", component.name());
                  json.writeBooleanField("ok", component.ok());
                  json.writeStringField("detail", component.detail());
                  json.writeEndObject();
                }
                json.writeEndArray();
              });
      return new Answer(
          ok ? 200 : 503, ok ? "ok" : "not ready", Answer.JSON, body, HttpFields.EMPTY);
    }
  }
}
