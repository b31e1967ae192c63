package dev.chancery.grpc;

import dev.chancery.access.AccessPolicy;
import dev.chancery.access.Caller;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.door.Backend;
import dev.chancery.door.DoorMetrics;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who {@code access.yaml} names. The certificate is looked at once for each connection;
 * whoever is turned away learns that and nothing else.
 */
final class Callers implements ServerInterceptor {
  /** Who makes the present call. */
  static final Context.Key<Caller> CALLER = Context.key("caller");

  private static final Attributes.Key<Caller> KNOWN = Attributes.Key.create("caller");
  private static final Attributes.Key<String> NAME = Attributes.Key.create("name");
  private static final String NOBODY = "(none)";

  /** What the record calls a request whose operation is not looked at. */
  private static final String ANY_OPERATION = "request";

  private final AccessPolicy access;
  private final Backend backend;
  private final DoorMetrics metrics;

  Callers(AccessPolicy access, Backend backend, DoorMetrics metrics) {
    this.access = access;
    this.backend = backend;
    this.metrics = metrics;
  }

  /** Looks at the certificate of each new connection. */
  ServerTransportFilter connections() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        X509Certificate certificate = certificate(attributes);
        if (certificate == null) {
          return attributes;
        }
        Attributes.Builder known =
            attributes.toBuilder().set(NAME, AccessPolicy.nameOf(certificate));
        access.caller(certificate).ifPresent(caller -> known.set(KNOWN, caller));
        return known.build();
      }
    };
  }

  private static @Nullable X509Certificate certificate(Attributes attributes) {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate first
          ? first
          : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller = call.getAttributes().get(KNOWN);
    if (caller == null) {
      turnAway(call, Optional.ofNullable(call.getAttributes().get(NAME)).orElse(NOBODY));
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
  }

  /** The caller of the call that this thread carries. */
  static Caller current() {
    return Objects.requireNonNull(CALLER.get(), "a call that no interceptor let in");
  }

  private void turnAway(ServerCall<?, ?> call, String name) {
    RefusedException refusal =
        new RefusedException(
            Refusal.UNAUTHENTICATED,
            "a certificate of " + Quote.of(name),
            "a certificate that access.yaml names",
            "ask the operator to enter this client in access.yaml");
    backend.refused(name, ANY_OPERATION, refusal);
    Statuses.Named answer = Statuses.refused(refusal);
    metrics.answered(DoorMetrics.NO_ROUTE, answer.outcome(), 0);
    call.close(answer.status(), new Metadata());
  }
}
