package dev.chancery.grpc;

import dev.chancery.access.Caller;
import dev.chancery.api.RefusedException;
import dev.chancery.door.Backend;
import dev.chancery.door.Deadlines;
import dev.chancery.door.DoorMetrics;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sees that every call gets exactly one answer, in bounded time, counted and timed. */
final class Calls {
  private static final String OK = "ok";

  private final Backend backend;
  private final DoorMetrics metrics;
  private final Deadlines deadlines;

  /** Reads a request, strictly, and gives back the work to be done. */
  @FunctionalInterface
  interface Reading<A> {
    Work<A> read(Caller caller);
  }

  /** The work of a request that has been read. */
  @FunctionalInterface
  interface Work<A> {
    CompletableFuture<A> start();
  }

  Calls(Backend backend, DoorMetrics metrics, Deadlines deadlines) {
    this.backend = backend;
    this.metrics = metrics;
    this.deadlines = deadlines;
  }

  /**
   * Answers one call.
   *
   * @param method as metrics name it, {@code Signer/Sign}
   * @param operation as the record names it
   */
  <A> void serve(String method, String operation, StreamObserver<A> out, Reading<A> reading) {
    long start = System.nanoTime();
    if (out instanceof ServerCallStreamObserver<A> call) {
      // Without it an answer to a client that has gone would be an exception in our thread.
      call.setOnCancelHandler(() -> {});
    }
    CompletableFuture<A> answer = answer(operation, reading);
    if (!answer.isDone()) {
      // A copy has the deadline: the work itself goes on and its record stays.
      answer = answer.copy();
      deadlines.watch(answer);
    }
    var _ = answer.whenComplete((good, failure) -> write(method, start, out, good, failure));
  }

  /** What is refused while reading has been seen by nobody else and goes on the record here. */
  private <A> CompletableFuture<A> answer(String operation, Reading<A> reading) {
    Caller caller = Callers.current();
    Work<A> work;
    try {
      work = reading.read(caller);
    } catch (RefusedException refusal) {
      backend.refused(caller.name(), operation, refusal);
      return CompletableFuture.failedFuture(refusal);
    }
    try {
      return work.start();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <A> void write(
      String method,
      long start,
      StreamObserver<A> out,
      @Nullable A good,
      @Nullable Throwable failure) {
    if (failure != null || good == null) {
      Statuses.Named answer =
          Statuses.of(failure == null ? new IllegalStateException("no answer") : failure);
      metrics.answered(method, answer.outcome(), System.nanoTime() - start);
      out.onError(answer.status().asRuntimeException());
      return;
    }
    metrics.answered(method, OK, System.nanoTime() - start);
    out.onNext(good);
    out.onCompleted();
  }
}
