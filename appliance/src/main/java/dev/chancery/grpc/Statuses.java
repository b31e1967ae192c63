package dev.chancery.grpc;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.door.Failure;
import io.grpc.Status;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that turns refusals and failures into gRPC statuses. notary-server shows the
 * message to the publisher as it is and looks at the code no further, so the message says what was
 * observed, what is allowed and what to do: printable ASCII, at most {@link #MAX_MESSAGE}
 * characters.
 */
final class Statuses {
  static final int MAX_MESSAGE = 512;
  private static final int LEAST_OBSERVED = 40;

  private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

  /** A status and what metrics call it: a control id, or a failure's name. */
  record Named(Status status, String outcome) {}

  private Statuses() {}

  /** The answer to whatever a call or its future threw. */
  static Named of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    return cause instanceof RefusedException refusal ? refused(refusal) : failed(cause);
  }

  static Named refused(RefusedException refusal) {
    return new Named(
        code(refusal.reason()).toStatus().withDescription(message(refusal)),
        refusal.reason().name());
  }

  private static Status.Code code(Refusal reason) {
    return reason == Refusal.UNAUTHENTICATED
        ? Status.Code.UNAUTHENTICATED
        : switch (reason.kind()) {
          case ACCESS -> Status.Code.PERMISSION_DENIED;
          case FORM, SIZE -> Status.Code.INVALID_ARGUMENT;
          case UNKNOWN -> Status.Code.NOT_FOUND;
          case STATE -> Status.Code.FAILED_PRECONDITION;
          case RATE -> Status.Code.RESOURCE_EXHAUSTED;
        };
  }

  // Where it is too long, what was observed gives way: whoever sent it can look it up.
  private static String message(RefusedException refusal) {
    String id = refusal.reason() + ": observed ";
    String rest = "; allowed " + refusal.allowed() + "; " + refusal.remedy();
    int room = Math.max(MAX_MESSAGE - id.length() - rest.length(), LEAST_OBSERVED);
    return Quote.ascii(id + Quote.ascii(refusal.observed(), room) + rest, MAX_MESSAGE);
  }

  private static Named failed(Throwable cause) {
    Failure failure = Failure.of(cause);
    String reference = UUID.randomUUID().toString();
    if (failure == Failure.INTERNAL) {
      LOG.error("call failed, reference {}", reference, cause);
    } else {
      LOG.warn("call failed, reference {}: {}: {}", reference, failure, cause.toString());
    }
    Status.Code code =
        switch (failure) {
          case TOKEN_UNAVAILABLE,
              UPSTREAM_UNAVAILABLE,
              LEDGER_UNAVAILABLE,
              DEADLINE_EXCEEDED,
              STOPPING ->
              Status.Code.UNAVAILABLE;
          case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
          case INTERNAL -> Status.Code.INTERNAL;
        };
    String message = failure + ": " + failure.detail() + "; reference " + reference;
    return new Named(code.toStatus().withDescription(message), failure.name());
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
