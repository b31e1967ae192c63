package dev.chancery.http;

import dev.chancery.access.AccessPolicy;
import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.config.RestConfig;
import dev.chancery.door.Backend;
import dev.chancery.door.DoorMetrics;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Stands before all routes: lets in who {@code access.yaml} names and gathers the request's body,
 * without a thread that waits for it. Whoever it turns away learns that and nothing else.
 */
final class Gate extends Handler.Wrapper {
  /** Request attribute: the {@link Caller}. */
  static final String CALLER = "dev.chancery.caller";

  /** Request attribute: the whole body, a {@code byte[]}. */
  static final String BODY = "dev.chancery.body";

  /** What the record calls a request whose operation is not known yet. */
  private static final String ANY_OPERATION = "request";

  /** Most bytes of a list of re-bases or watermarks: some 20,000 keys with a document each. */
  private static final int LIST_BYTES = 64 << 20;

  private final AccessPolicy access;
  private final Backend backend;
  private final DoorMetrics metrics;
  private final RestConfig.Limits limits;

  Gate(AccessPolicy access, Backend backend, DoorMetrics metrics, RestConfig.Limits limits) {
    this.access = access;
    this.backend = backend;
    this.metrics = metrics;
    this.limits = limits;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    X509Certificate certificate = clientCertificate(request);
    Optional<Caller> caller = certificate == null ? Optional.empty() : access.caller(certificate);
    if (caller.isEmpty()) {
      String name = certificate == null ? "(none)" : AccessPolicy.nameOf(certificate);
      turnAway(unknown(name), name, response, callback);
      return true;
    }
    request.setAttribute(CALLER, caller.get());
    int maxBytes = maxBytes(request, caller.get());
    Body body = new Body(request, response, callback, caller.get(), maxBytes);
    if (request.getLength() > BodyReader.mostRead(maxBytes)) {
      body.refuse(body.tooLarge(request.getLength() + " bytes"));
    } else {
      body.read();
    }
    return true;
  }

  // A list is of as many keys as there are, and only who may act on lists sends one.
  private int maxBytes(Request request, Caller caller) {
    boolean isList =
        switch (request.getHttpURI().getPath()) {
          case "/v1/rebase" -> caller.may(Operation.REBASE);
          case "/v1/watermarks/check", "/v1/watermarks/import" ->
              caller.may(Operation.IMPORT_WATERMARKS);
          case null, default -> false;
        };
    return isList ? Math.max(LIST_BYTES, limits.bodyBytes()) : limits.bodyBytes();
  }

  private static @Nullable X509Certificate clientCertificate(Request request) {
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData tls
        && tls.peerCertificates() != null
        && tls.peerCertificates().length > 0) {
      return tls.peerCertificates()[0];
    }
    return null;
  }

  private static RefusedException unknown(String name) {
    return new RefusedException(
        Refusal.UNAUTHENTICATED,
        "a certificate of " + Quote.of(name),
        "a certificate that access.yaml names",
        "ask the operator to enter this client in access.yaml");
  }

  private void turnAway(
      RefusedException refusal, String caller, Response response, Callback callback) {
    backend.refused(caller, ANY_OPERATION, refusal);
    Answer answer = Problems.refused(refusal);
    metrics.answered(DoorMetrics.NO_ROUTE, answer.outcome(), 0);
    answer.send(response, callback);
  }

  /** Hands a request whose body has come on to the routes. */
  private void pass(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Throwable t) {
      Response.writeError(request, response, callback, t);
    }
  }

  /** Reads what has come, and is called again when more has. */
  private final class Body extends BodyReader {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Caller caller;

    private final int maxBytes;

    Body(Request request, Response response, Callback callback, Caller caller, int maxBytes) {
      super(request, maxBytes, limits.request());
      this.maxBytes = maxBytes;
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.caller = caller;
    }

    @Override
    void complete(byte[] body) {
      request.setAttribute(BODY, body);
      pass(request, response, callback);
    }

    @Override
    void oversize(long atLeast) {
      long length = request.getLength();
      refuse(tooLarge(length < 0 ? "more than " + (atLeast - 1) + " bytes" : length + " bytes"));
    }

    @Override
    void late() {
      unread("a body that did not arrive", 408);
    }

    @Override
    void broken() {
      unread("a body that ended early or is not framed as HTTP has it", 400);
    }

    private void unread(String observed, int status) {
      RefusedException refusal =
          Bodies.invalid(observed, "a whole body within " + limits.request().toSeconds() + " s");
      backend.refused(caller.name(), ANY_OPERATION, refusal);
      metrics.answered(DoorMetrics.NO_ROUTE, refusal.reason().name(), 0);
      Problems.refused(refusal, status, HttpFields.EMPTY).send(response, callback);
    }

    private RefusedException tooLarge(String observed) {
      return new RefusedException(
          Refusal.TOO_LARGE,
          observed,
          "at most " + maxBytes + " bytes",
          "send one metadata file, base64 in JSON");
    }

    private void refuse(RefusedException refusal) {
      turnAway(refusal, caller.name(), response, callback);
    }
  }
}
