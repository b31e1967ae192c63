package dev.chancery.grpc;

import dev.chancery.api.Quote;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * Says whether a signature could be made now, under the names that notary-server asks for. Asking
 * the token takes time, so it is asked in a thread of its own.
 */
final class Health extends HealthGrpc.HealthImplBase implements AutoCloseable {
  private static final Set<String> SERVICES =
      Set.of("", "grpc.health.v1.Health.KeyManagement", "grpc.health.v1.Health.Signer");

  private final BooleanSupplier serving;
  private final ExecutorService asking =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("grpc-health").factory());

  Health(BooleanSupplier serving) {
    this.serving = serving;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
    if (!SERVICES.contains(request.getService())) {
      out.onError(
          Status.NOT_FOUND
              .withDescription("no service " + Quote.of(request.getService()))
              .asRuntimeException());
      return;
    }
    try {
      asking.execute(() -> answer(out));
    } catch (RejectedExecutionException e) {
      out.onError(
          Status.UNAVAILABLE.withDescription("the appliance is stopping").asRuntimeException());
    }
  }

  private void answer(StreamObserver<HealthCheckResponse> out) {
    ServingStatus status =
        serving.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    out.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    out.onCompleted();
  }

  @Override
  public void close() {
    asking.shutdown();
  }
}
