package dev.chancery.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.chancery.access.AccessPolicy;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.SigningOutcome;
import dev.chancery.config.GrpcConfig;
import dev.chancery.door.FakeBackend;
import dev.chancery.grpc.proto.CreateKeyRequest;
import dev.chancery.grpc.proto.GetKeyInfoResponse;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.KeyManagementGrpc;
import dev.chancery.grpc.proto.PublicKey;
import dev.chancery.grpc.proto.Signature;
import dev.chancery.grpc.proto.SignatureRequest;
import dev.chancery.grpc.proto.SignerGrpc;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.LedgerException;
import dev.chancery.testing.TestPki;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gRPC door in front of a house that is not there: who gets in, and how answers look. */
class GrpcDoorTest {
  private static final TestPki PKI = new TestPki("CN=Test CA");
  private static final TestPki.Identity SERVER = PKI.server();
  private static final TestPki.Identity NOTARY = PKI.client("CN=notary-server");
  private static final String ACCESS =
      """
      - subject: CN=notary-server
        roles: [trust-server]
        repositories: ["**"]
      """;

  @TempDir Path directory;
  private final FakeBackend backend = new FakeBackend();
  private final AtomicBoolean serving = new AtomicBoolean(true);
  private @Nullable GrpcServer server;
  private @Nullable ManagedChannel channel;

  @BeforeEach
  void listen() {
    server =
        GrpcServer.start(
            new GrpcConfig(
                "127.0.0.1",
                0,
                TestPki.writeCertificates(directory.resolve("s.crt"), SERVER.certificate()),
                TestPki.writeKey(directory.resolve("s.key"), SERVER.keys()),
                TestPki.writeCertificates(directory.resolve("ca.crt"), PKI.certificate()),
                new GrpcConfig.Limits(64, Duration.ofSeconds(1), Duration.ofSeconds(1))),
            backend,
            AccessPolicy.parse("access.yaml", ACCESS),
            serving::get,
            new SimpleMeterRegistry());
    channel = connect(NOTARY, "TLSv1.3");
  }

  @AfterEach
  void close() throws InterruptedException {
    channel().shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    Objects.requireNonNull(server).close();
  }

  private ManagedChannel channel() {
    return Objects.requireNonNull(channel);
  }

  private ManagedChannel connect(TestPki.@Nullable Identity client, String protocol) {
    try {
      SslContextBuilder tls =
          GrpcSslContexts.forClient().trustManager(PKI.certificate()).protocols(protocol);
      if (client != null) {
        tls.keyManager(client.keys().getPrivate(), client.certificate());
      }
      return NettyChannelBuilder.forAddress(
              new InetSocketAddress(
                  InetAddress.getLoopbackAddress(), Objects.requireNonNull(server).port()))
          .overrideAuthority("localhost")
          .sslContext(tls.build())
          .build();
    } catch (javax.net.ssl.SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyManagementGrpc.KeyManagementBlockingStub keys() {
    return KeyManagementGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private SignerGrpc.SignerBlockingStub signer() {
    return SignerGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static KeyID id(String hex) {
    return KeyID.newBuilder().setID(hex).build();
  }

  private static SignatureRequest request(String hex, String content) {
    return SignatureRequest.newBuilder()
        .setKeyID(id(hex))
        .setContent(ByteString.copyFromUtf8(content))
        .build();
  }

  private static CreateKeyRequest create(String algorithm, String gun, String role) {
    return CreateKeyRequest.newBuilder().setAlgorithm(algorithm).setGun(gun).setRole(role).build();
  }

  private static Status refused(Executable call) {
    return assertThrows(StatusRuntimeException.class, call).getStatus();
  }

  @Test
  void createKeyAnswersWithTheIdAndTheDerOfTheKey() {
    PublicKey key = keys().createKey(create("ecdsa", "r.example/żółw", "timestamp"));
    assertEquals(FakeBackend.KEY.hex(), key.getKeyInfo().getKeyID().getID());
    assertEquals("ecdsa", key.getKeyInfo().getAlgorithm().getAlgorithm());
    assertArrayEquals(FakeBackend.RECORD.publicKey().der(), key.getPublicKey().toByteArray());
    assertEquals(List.of("create r.example/żółw TIMESTAMP ECDSA"), backend.calls);
  }

  @Test
  void getKeyInfoNamesTheRole() {
    GetKeyInfoResponse info = keys().getKeyInfo(id(FakeBackend.KEY.hex()));
    assertEquals("timestamp", info.getRole());
    assertEquals(FakeBackend.KEY.hex(), info.getKeyInfo().getKeyID().getID());
    assertArrayEquals(FakeBackend.RECORD.publicKey().der(), info.getPublicKey().toByteArray());
  }

  @Test
  void aSignatureComesWithItsMethod() {
    Signature signature = signer().sign(request(FakeBackend.KEY.hex(), "{}"));
    assertEquals("ecdsa", signature.getAlgorithm().getAlgorithm());
    assertEquals(64, signature.getContent().size());
    assertEquals(FakeBackend.KEY.hex(), signature.getKeyInfo().getKeyID().getID());
    assertEquals(1, backend.calls.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AB", "../../etc/passwd", "00"})
  void anIdThatNoKeyCanHaveIsLikeOneThatNoKeyHas(String id) {
    Status sign = refused(() -> signer().sign(request(id, "{}")));
    assertEquals(Status.Code.NOT_FOUND, sign.getCode());
    assertTrue(String.valueOf(sign.getDescription()).startsWith("KEY_UNKNOWN: "), sign::toString);
    assertEquals(Status.Code.NOT_FOUND, refused(() -> keys().getKeyInfo(id(id))).getCode());
    assertEquals(List.of(), backend.calls);
    assertEquals(2, backend.refusals.size());
  }

  @Test
  void aSignWithoutAKeyIdIsRefusedAndTheDoorStaysOpen() {
    SignatureRequest bare =
        SignatureRequest.newBuilder().setContent(ByteString.copyFromUtf8("x")).build();
    assertEquals(Status.Code.NOT_FOUND, refused(() -> signer().sign(bare)).getCode());
    assertEquals(Status.Code.NOT_FOUND, refused(() -> signer().sign(bare)).getCode());
    signer().sign(request(FakeBackend.KEY.hex(), "{}"));
  }

  @ParameterizedTest
  @CsvSource({
    "rsa, r.example/a, timestamp, ALGORITHM_NOT_ALLOWED",
    "ECDSA, r.example/a, timestamp, ALGORITHM_NOT_ALLOWED",
    "'', r.example/a, timestamp, ALGORITHM_NOT_ALLOWED",
    "ecdsa, r.example/a, root, REQUEST_INVALID",
    "ecdsa, r.example/a, targets/releases, REQUEST_INVALID",
    "ecdsa, r.example/a, '', REQUEST_INVALID",
    "ecdsa, '', timestamp, REQUEST_INVALID",
  })
  void createKeySaysWhatItDoesNotTake(String algorithm, String gun, String role, Refusal reason) {
    Status status = refused(() -> keys().createKey(create(algorithm, gun, role)));
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertTrue(String.valueOf(status.getDescription()).startsWith(reason + ": observed "));
    assertEquals(List.of(), backend.calls);
  }

  @Test
  void aGunOf255BytesIsTheLongest() {
    keys().createKey(create("ecdsa", "g".repeat(255), "snapshot"));
    Status status = refused(() -> keys().createKey(create("ecdsa", "g".repeat(256), "snapshot")));
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
    assertEquals(1, backend.calls.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abababababababababababababababababababababababababababababababab"})
  void noKeyIsEverDeleted(String id) {
    Status status = refused(() -> keys().deleteKey(id(id)));
    assertEquals(Status.Code.FAILED_PRECONDITION, status.getCode());
    assertTrue(String.valueOf(status.getDescription()).startsWith("DELETE_NOT_ALLOWED: "));
    assertEquals(1, backend.refusals.size());
    keys().getKeyInfo(id(FakeBackend.KEY.hex()));
  }

  @ParameterizedTest
  @CsvSource({
    "ROLE_NOT_ALLOWED, PERMISSION_DENIED",
    "MALFORMED, INVALID_ARGUMENT",
    "TOO_LARGE, INVALID_ARGUMENT",
    "KEY_UNKNOWN, NOT_FOUND",
    "VERSION_ROLLBACK, FAILED_PRECONDITION",
    "RATE_LIMITED, RESOURCE_EXHAUSTED",
  })
  void aRefusalKeepsItsIdAndRemedyWithin512PrintableCharacters(Refusal reason, Status.Code code) {
    RefusedException refusal =
        new RefusedException(reason, "ż".repeat(400), "1 or 2", "send the next version");
    backend.signing = () -> CompletableFuture.completedFuture(new SigningOutcome.Refused(refusal));
    Status status = refused(() -> signer().sign(request(FakeBackend.KEY.hex(), "{}")));
    assertEquals(code, status.getCode());
    String message = String.valueOf(status.getDescription());
    assertTrue(message.startsWith(reason + ": observed "), message);
    assertTrue(message.endsWith("; allowed 1 or 2; send the next version"), message);
    assertTrue(message.length() <= Statuses.MAX_MESSAGE, message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
  }

  @Test
  void aFailureIsUnavailableAndNamesNothingOfTheInside() {
    for (RuntimeException failure :
        List.of(new TokenException("CKR_DEVICE_ERROR", "secret"), new LedgerException("secret"))) {
      backend.signing = () -> CompletableFuture.failedFuture(failure);
      Status status = refused(() -> signer().sign(request(FakeBackend.KEY.hex(), "{}")));
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      assertFalse(String.valueOf(status.getDescription()).contains("secret"));
    }
    backend.signing = () -> CompletableFuture.failedFuture(new IllegalStateException("secret"));
    Status status = refused(() -> signer().sign(request(FakeBackend.KEY.hex(), "{}")));
    assertEquals(Status.Code.INTERNAL, status.getCode());
    assertFalse(String.valueOf(status.getDescription()).contains("secret"));
  }

  @Test
  void aCallThatHangsIsUnavailableInBoundedTime() {
    backend.signing = CompletableFuture::new;
    Status status = refused(() -> signer().sign(request(FakeBackend.KEY.hex(), "{}")));
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    assertTrue(String.valueOf(status.getDescription()).startsWith("DEADLINE_EXCEEDED: "));
  }

  @Test
  void aMessageAboveFourMebibytesIsRefusedAndOneBelowIsRead() {
    signer().sign(request(FakeBackend.KEY.hex(), "x".repeat((4 << 20) - 100)));
    Status status =
        refused(() -> signer().sign(request(FakeBackend.KEY.hex(), "x".repeat(4 << 20))));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode());
    assertEquals(1, backend.calls.size());
    signer().sign(request(FakeBackend.KEY.hex(), "{}"));
  }

  @Test
  void healthKnowsTheNamesThatNotaryServerAsksFor() {
    HealthGrpc.HealthBlockingStub health =
        HealthGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
    for (String name :
        List.of("", "grpc.health.v1.Health.KeyManagement", "grpc.health.v1.Health.Signer")) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(name).build();
      serving.set(true);
      assertEquals(ServingStatus.SERVING, health.check(request).getStatus(), name);
      serving.set(false);
      assertEquals(ServingStatus.NOT_SERVING, health.check(request).getStatus(), name);
    }
    HealthCheckRequest other = HealthCheckRequest.newBuilder().setService("proto.Signer").build();
    assertEquals(Status.Code.NOT_FOUND, refused(() -> health.check(other)).getCode());
  }

  @Test
  void whoeverAccessYamlDoesNotNameGetsNothing() throws InterruptedException {
    ManagedChannel stranger = connect(PKI.client("CN=stranger"), "TLSv1.3");
    Status status =
        refused(
            () ->
                KeyManagementGrpc.newBlockingStub(stranger).getKeyInfo(id(FakeBackend.KEY.hex())));
    assertEquals(Status.Code.UNAUTHENTICATED, status.getCode());
    assertTrue(String.valueOf(status.getDescription()).contains("CN=stranger"));
    assertEquals(List.of("UNAUTHENTICATED CN=stranger request"), backend.refusals);
    stranger.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void withoutACertificateOfOurAuthorityThereIsNoConnection() throws InterruptedException {
    TestPki.Identity foreign = new TestPki("CN=Other CA").client("CN=notary-server");
    for (ManagedChannel outside :
        List.of(
            connect(null, "TLSv1.3"), connect(foreign, "TLSv1.3"), connect(foreign, "TLSv1.2"))) {
      Status status =
          refused(
              () ->
                  KeyManagementGrpc.newBlockingStub(outside).getKeyInfo(id(FakeBackend.KEY.hex())));
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      outside.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), backend.calls);
  }

  @Test
  void tls12IsSpokenAndTls11IsNot() throws InterruptedException {
    ManagedChannel older = connect(NOTARY, "TLSv1.2");
    KeyManagementGrpc.newBlockingStub(older).getKeyInfo(id(FakeBackend.KEY.hex()));
    older.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    ManagedChannel oldest = connect(NOTARY, "TLSv1.1");
    Status status =
        refused(
            () -> KeyManagementGrpc.newBlockingStub(oldest).getKeyInfo(id(FakeBackend.KEY.hex())));
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    oldest.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }
}
