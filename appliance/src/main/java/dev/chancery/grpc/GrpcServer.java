package dev.chancery.grpc;

import dev.chancery.access.AccessPolicy;
import dev.chancery.config.GrpcConfig;
import dev.chancery.door.Backend;
import dev.chancery.door.Deadlines;
import dev.chancery.door.DoorMetrics;
import dev.chancery.door.ServerTls;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC door: wire-compatible with notary-signer 0.7, described by proto/signer.proto (in the
 * api jar). It listens whatever becomes of token and ledger: a client that cannot connect backs off
 * for up to two minutes, one that is told UNAVAILABLE does not.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

  /** notary-signer's own limit; what no metadata needs. */
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  private final Server server;
  private final Health health;
  private final Deadlines deadlines;
  private final Duration drain;

  private GrpcServer(Server server, Health health, Deadlines deadlines, Duration drain) {
    this.server = server;
    this.health = health;
    this.deadlines = deadlines;
    this.drain = drain;
  }

  /**
   * Listens and returns.
   *
   * @param serving whether a signature could be made now; it may take a while to say
   * @throws IllegalArgumentException naming a certificate or key file that is missing or unfit
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static GrpcServer start(
      GrpcConfig settings,
      Backend backend,
      AccessPolicy access,
      BooleanSupplier serving,
      MeterRegistry registry) {
    SslContext tls = GrpcTls.context(ServerTls.load(settings));
    DoorMetrics metrics = new DoorMetrics("chancery.grpc.calls", registry);
    Callers callers = new Callers(access, backend, metrics);
    Deadlines deadlines = new Deadlines("grpc", settings.limits().request());
    Calls calls = new Calls(backend, metrics, deadlines);
    Health health = new Health(serving);
    // Nobody waits in the thread that reads a call, so it may carry the call on itself.
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
            .sslContext(tls)
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(settings.limits().calls())
            .handshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS)
            .addTransportFilter(callers.connections())
            .intercept(callers)
            .addService(new KeyManagement(backend, calls))
            .addService(new Signer(backend, calls))
            .addService(health)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      health.close();
      deadlines.close();
      throw new IllegalStateException(
          "cannot listen on " + settings.host() + ":" + settings.port(), e);
    }
    return new GrpcServer(server, health, deadlines, settings.limits().drain());
  }

  /** The port it listens on, also where any free one was asked for. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls, lets those in flight finish, for at most {@code drain}, and stops. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("calls in flight did not finish in time and were cut off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.shutdownNow();
      health.close();
      deadlines.close();
    }
  }
}
