package dev.chancery.e2e;

import com.google.protobuf.ByteString;
import dev.chancery.grpc.proto.CreateKeyRequest;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.KeyManagementGrpc;
import dev.chancery.grpc.proto.SignatureRequest;
import dev.chancery.grpc.proto.SignerGrpc;
import dev.chancery.softhsm.Chancery;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** What notary-server says to its signer, said by hand; blocks until the answer is there. */
final class GrpcClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final ManagedChannel channel;

  /** Connects with the certificate of {@code client} that {@code init} made. */
  GrpcClient(Chancery chancery, String client) {
    try {
      channel =
          NettyChannelBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), chancery.grpcPort()))
              .overrideAuthority("localhost")
              .sslContext(
                  GrpcSslContexts.forClient()
                      .trustManager(chancery.tls("ca.crt").toFile())
                      .keyManager(
                          chancery.tls(client + ".crt").toFile(),
                          chancery.tls(client + ".key").toFile())
                      .build())
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  KeyManagementGrpc.KeyManagementBlockingStub keys() {
    return KeyManagementGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The id of the key that CreateKey gives. */
  String createKey(String algorithm, String gun, String role) {
    return keys()
        .createKey(
            CreateKeyRequest.newBuilder().setAlgorithm(algorithm).setGun(gun).setRole(role).build())
        .getKeyInfo()
        .getKeyID()
        .getID();
  }

  /** The signature. */
  byte[] sign(String keyId, byte[] content) {
    return SignerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .sign(
            SignatureRequest.newBuilder()
                .setKeyID(KeyID.newBuilder().setID(keyId))
                .setContent(ByteString.copyFrom(content))
                .build())
        .getContent()
        .toByteArray();
  }

  boolean serving() {
    return HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .check(
                HealthCheckRequest.newBuilder().setService("grpc.health.v1.Health.Signer").build())
            .getStatus()
        == ServingStatus.SERVING;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
