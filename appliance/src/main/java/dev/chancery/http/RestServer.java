package dev.chancery.http;

import dev.chancery.access.AccessPolicy;
import dev.chancery.config.RestConfig;
import dev.chancery.door.Backend;
import dev.chancery.door.Deadlines;
import dev.chancery.door.DoorMetrics;
import dev.chancery.door.ServerTls;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.MeterRegistry;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The REST door: HTTP/1.1 over TLS 1.3 or 1.2 with a client certificate, described by openapi.yaml
 * (in the api jar, {@code dev/chancery/api/openapi.yaml}).
 */
public final class RestServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
  private static final int FEWEST_THREADS = 4;

  private final Javalin javalin;
  private final Deadlines deadlines;

  private RestServer(Javalin javalin, Deadlines deadlines) {
    this.javalin = javalin;
    this.deadlines = deadlines;
  }

  /**
   * Listens and returns.
   *
   * @throws IllegalArgumentException naming a certificate or key file that is missing or unfit
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static RestServer start(
      RestConfig settings, Backend backend, AccessPolicy access, MeterRegistry registry) {
    SslContextFactory.Server tls = RestTls.contextFactory(ServerTls.load(settings));
    DoorMetrics metrics = new DoorMetrics("chancery.rest.requests", registry);
    RestConfig.Limits limits = settings.limits();
    Gate gate = new Gate(access, backend, metrics, limits);
    Deadlines deadlines = new Deadlines("rest", limits.request());
    Door door = new Door(backend, metrics, deadlines);
    Javalin javalin =
        Javalin.create(
            config -> {
              quiet(config);
              config.jetty.threadPool = threads(limits);
              config.jetty.modifyHttpConfiguration(http -> restrict(http, limits));
              config.jetty.addConnector((server, http) -> connector(server, http, tls, settings));
              config.jetty.modifyServer(server -> arrange(server, gate, limits));
              config.jetty.modifyServletContextHandler(
                  servlets -> servlets.setErrorHandler(new ErrorAnswers()));
              door.bind(config.routes);
            });
    try {
      javalin.start();
    } catch (JavalinException e) {
      deadlines.close();
      throw new IllegalStateException(
          "cannot listen on " + settings.host() + ":" + settings.port(), e);
    }
    return new RestServer(javalin, deadlines);
  }

  /** The port it listens on, also where any free one was asked for. */
  public int port() {
    return javalin.port();
  }

  /**
   * Takes no more connections or requests, lets those in flight finish, for at most {@code drain},
   * and stops.
   */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException e) {
      LOG.warn("requests in flight did not finish in time and were cut off", e);
    } finally {
      deadlines.close();
    }
  }

  private static void quiet(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.generateEtags = false;
    config.http.prefer405over404 = true;
    // The deadline of a request is the door's; the servlet's own would answer in another form.
    config.http.asyncTimeout = 0;
  }

  /** Nobody waits in these threads: they do TLS, read requests and write answers. */
  private static QueuedThreadPool threads(RestConfig.Limits limits) {
    QueuedThreadPool threads = new QueuedThreadPool(limits.threads(), FEWEST_THREADS);
    threads.setName("rest");
    return threads;
  }

  private static void restrict(HttpConfiguration http, RestConfig.Limits limits) {
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(limits.headerBytes());
    // Names and addresses in certificates are for clients to check; this server has one.
    http.addCustomizer(new SecureRequestCustomizer(false));
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, SslContextFactory.Server tls, RestConfig settings) {
    HttpConnectionFactory http11 = new HttpConnectionFactory(http);
    ServerConnector connector =
        new ServerConnector(
            server, 1, 1, new SslConnectionFactory(tls, http11.getProtocol()), http11);
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    connector.addBean(new NetworkConnectionLimit(settings.limits().connections(), connector));
    return connector;
  }

  private static void arrange(Server server, Gate gate, RestConfig.Limits limits) {
    server.setErrorHandler(new ErrorAnswers());
    server.setStopTimeout(limits.drain().toMillis());
    // Javalin's own handler goes into the innermost of these.
    server.setHandler(new GracefulHandler(gate));
  }
}
