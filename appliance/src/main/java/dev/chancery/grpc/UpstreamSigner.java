package dev.chancery.grpc;

import com.google.protobuf.ByteString;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.config.UpstreamConfig;
import dev.chancery.door.ServerTls;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.Signature;
import dev.chancery.grpc.proto.SignatureRequest;
import dev.chancery.grpc.proto.SignerGrpc;
import dev.chancery.hsm.TokenException;
import dev.chancery.signing.ForeignSigner;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * The old signer behind this appliance, asked as notary-server asked it. One request of ours is one
 * request to it, never repeated here. What it answers is not trusted: the path verifies it.
 */
public final class UpstreamSigner implements ForeignSigner, AutoCloseable {
  /** What a signature and its envelope of ids need; an answer of 4 MiB would be no signature. */
  private static final int MAX_ANSWER_BYTES = 16 << 10;

  private static final int THREADS = 2;
  private static final int MAX_REASON = 160;

  private final ManagedChannel channel;
  private final ExecutorService threads;
  private final Duration deadline;

  private UpstreamSigner(ManagedChannel channel, ExecutorService threads, Duration deadline) {
    this.channel = channel;
    this.threads = threads;
    this.deadline = deadline;
  }

  /**
   * A client; it connects when it is first used, and whether that works is told then.
   *
   * @throws IllegalArgumentException naming a certificate or key file that is missing or unfit
   */
  public static UpstreamSigner open(UpstreamConfig settings) {
    SslContext tls = tls(ServerTls.load(settings.certificate(), settings.key(), settings.ca()));
    // What follows an answer, verifying and recording, is not for the thread that reads the socket.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("upstream-", 0).daemon(true).factory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(settings.host(), settings.port())
            .sslContext(tls)
            .executor(threads)
            .disableRetry()
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .build();
    return new UpstreamSigner(channel, threads, settings.deadline());
  }

  /** Shows our certificate; accepts one of the given authorities, for the name dialled. */
  private static SslContext tls(ServerTls identity) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forClient()
                  .keyManager(identity.key(), identity.chain().toArray(new X509Certificate[0])))
          .trustManager(identity.clientAuthorities().toArray(new X509Certificate[0]))
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("no TLS with this certificate and key: " + e, e);
    }
  }

  @Override
  public CompletableFuture<byte[]> sign(KeyRecord key, byte[] message) {
    // Left alone, a channel that failed once waits up to two minutes before it tries again.
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    SignerGrpc.newStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .sign(
            SignatureRequest.newBuilder()
                .setKeyID(KeyID.newBuilder().setID(key.id().hex()))
                .setContent(ByteString.copyFrom(message))
                .build(),
            new Answer(key, answer));
    return answer;
  }

  /** Lets what is under way end, for the deadline of one request at most. */
  @Override
  public void close() {
    channel.shutdown();
    try {
      if (!channel.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.shutdown();
  }

  /** Completes the future with the one answer, or with why there is none. */
  private record Answer(KeyRecord key, CompletableFuture<byte[]> future)
      implements StreamObserver<Signature> {
    @Override
    public void onNext(Signature signature) {
      if (signature.getContent().isEmpty()) {
        future.completeExceptionally(
            new TokenException(
                "UPSTREAM_FAILED", "the old signer gave no signature for key " + key.id()));
      } else {
        future.complete(signature.getContent().toByteArray());
      }
    }

    @Override
    public void onError(Throwable failure) {
      future.completeExceptionally(unavailable(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
      // Without effect if it answered.
      future.completeExceptionally(
          new TokenException("UPSTREAM_FAILED", "the old signer ended without an answer"));
    }

    private TokenException unavailable(Status status) {
      String reason = Quote.ascii(reason(status), MAX_REASON);
      return switch (status.getCode()) {
        case DEADLINE_EXCEEDED ->
            new TokenException(
                "UPSTREAM_TIMEOUT", "the old signer gave no signature within the deadline");
        case NOT_FOUND ->
            new TokenException(
                "UPSTREAM_KEY_UNKNOWN", "the old signer does not know key " + key.id());
        case UNAVAILABLE ->
            new TokenException("UPSTREAM_UNAVAILABLE", "the old signer is away: " + reason);
        default ->
            new TokenException(
                "UPSTREAM_FAILED", "the old signer answered " + status.getCode() + ": " + reason);
      };
    }

    /** The description alone says "io exception" where the cause says what happened. */
    private static String reason(Status status) {
      Throwable cause = status.getCause();
      String text = String.valueOf(status.getDescription());
      return cause == null ? text : text + ", " + cause.getMessage();
    }
  }
}
