package dev.chancery.http;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.door.Failure;
import java.util.UUID;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts problem details where the web server would put its own error pages. */
final class ErrorAnswers extends ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Throwable cause = (Throwable) request.getAttribute(ERROR_EXCEPTION);
    of(response.getStatus(), cause).send(response, callback);
    return true;
  }

  /** The answer for a status that HTTP itself brings about. */
  static Answer of(int status, @Nullable Throwable cause) {
    if (status == 503) {
      return Problems.failed(Failure.STOPPING, UUID.randomUUID().toString());
    }
    // 501 and 505 are words about the request, as those from 400 on are.
    if (status == 500 || status < 400) {
      return Problems.failed(cause == null ? new IllegalStateException("status " + status) : cause);
    }
    LOG.debug("not HTTP as it is spoken here, status {}", status, cause);
    return Problems.refused(refusal(status), status, HttpFields.EMPTY);
  }

  static RefusedException refusal(int status) {
    return switch (status) {
      case 404 -> Bodies.invalid("a path that does not exist", "the paths of openapi.yaml");
      case 405 -> Bodies.invalid("a method this path does not have", "the methods under Allow");
      case 413 ->
          new RefusedException(
              Refusal.TOO_LARGE, "too many bytes", "the limits of openapi.yaml", "send less");
      case 414, 431 ->
          Bodies.invalid("a request line or headers too long", "the limits of openapi.yaml");
      default -> Bodies.invalid("a request that is not well-formed HTTP/1.1", "RFC 9112");
    };
  }
}
