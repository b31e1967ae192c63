package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.grpc.proto.CreateKeyRequest;
import dev.chancery.grpc.proto.GetKeyInfoResponse;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.PublicKey;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.function.Executable;

/** What notary-server asks its signer, answered by the whole house. */
@ChanceryServer
@TestInstance(Lifecycle.PER_CLASS)
class GrpcSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Chancery chancery;
  private final GrpcClient grpc;
  private final NotaryMetadata metadata = new NotaryMetadata(new Random(7));

  GrpcSessionTest(Chancery chancery) {
    this.chancery = chancery;
    this.grpc = new GrpcClient(chancery, "notary-server");
  }

  @AfterAll
  void close() {
    grpc.close();
  }

  private static Status refused(Executable call) {
    return assertThrows(StatusRuntimeException.class, call).getStatus();
  }

  private static void assertRefused(Status.Code code, String control, Executable call) {
    Status status = refused(call);
    assertEquals(code, status.getCode(), status::toString);
    assertTrue(
        String.valueOf(status.getDescription()).startsWith(control + ": "), status::toString);
  }

  private GetKeyInfoResponse info(String key) {
    return grpc.keys().getKeyInfo(KeyID.newBuilder().setID(key).build());
  }

  @Test
  void theKeyIdIsTheOneNotaryServerComputesAndTheSignatureVerifies() throws Exception {
    PublicKey key =
        grpc.keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setAlgorithm("ecdsa")
                    .setGun("example.test/żółw/日本")
                    .setRole("timestamp")
                    .build());
    String object =
        "{\"keytype\":\"ecdsa\",\"keyval\":{\"private\":null,\"public\":\""
            + Base64.getEncoder().encodeToString(key.getPublicKey().toByteArray())
            + "\"}}";
    String id =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(object.getBytes(UTF_8)));
    assertEquals(id, key.getKeyInfo().getKeyID().getID());
    assertEquals(key.getPublicKey(), info(id).getPublicKey());

    byte[] content = metadata.timestamp(metadata.newFile(), 1);
    byte[] signature = grpc.sign(id, content);
    assertEquals(64, signature.length);
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(
        KeyFactory.getInstance("EC")
            .generatePublic(new X509EncodedKeySpec(key.getPublicKey().toByteArray())));
    verifier.update(content);
    assertTrue(verifier.verify(signature));
  }

  @Test
  void anUnusedKeyIsGivenAgainUntilItHasSigned() {
    String gun = "example.test/unused";
    String key = grpc.createKey("ecdsa", gun, "snapshot");
    assertEquals(key, grpc.createKey("ecdsa", gun, "snapshot"));
    assertNotEquals(key, grpc.createKey("ecdsa", gun, "timestamp"));
    assertNotEquals(key, grpc.createKey("ed25519", gun, "snapshot"));
    grpc.sign(key, metadata.snapshot(metadata.newFile(), 1));
    assertNotEquals(key, grpc.createKey("ecdsa", gun, "snapshot"));
  }

  @Test
  void ed25519KeysAreRawAndTheirSignaturesAreOverTheMessage() {
    String key = grpc.createKey("ed25519", "example.test/ed", "timestamp");
    assertEquals(32, info(key).getPublicKey().size());
    assertEquals("ed25519", info(key).getKeyInfo().getAlgorithm().getAlgorithm());
    assertEquals(64, grpc.sign(key, metadata.timestamp(metadata.newFile(), 1)).length);
  }

  @Test
  void bothDoorsLeadToOneLedger() {
    String key = grpc.createKey("ecdsa", "example.test/both", "timestamp");
    byte[] second = metadata.timestamp(metadata.newFile(), 2);
    byte[] signature = grpc.sign(key, second);
    KeyChoice choice = new KeyChoice.ById(new KeyId(key));
    assertEquals(
        "VERSION_ROLLBACK",
        Verdicts.sign(
            chancery.client(), Role.TIMESTAMP, choice, metadata.timestamp(metadata.newFile(), 1)));
    assertTrue(chancery.client().sign(Role.TIMESTAMP, choice, second, null).recorded());
    assertArrayEquals(signature, grpc.sign(key, second));
  }

  @Test
  void contentNeverChoosesTheRole() {
    String key = grpc.createKey("ecdsa", "example.test/role", "timestamp");
    long before = chancery.signCalls();
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "WRONG_TYPE",
        () -> grpc.sign(key, metadata.snapshot(metadata.newFile(), 1)));
    for (String content :
        new String[] {"", "x", "{}", "{\"_type\":\"Root\"}", "{\"_type\":\"Targets\"}"}) {
      assertEquals(
          Status.Code.INVALID_ARGUMENT,
          refused(() -> grpc.sign(key, content.getBytes(UTF_8))).getCode(),
          content);
    }
    assertEquals(before, chancery.signCalls());
  }

  @Test
  void aFrozenKeyIsStillShownForItsServerWouldMakeAnother() {
    String key = grpc.createKey("ecdsa", "example.test/frozen", "timestamp");
    grpc.sign(key, metadata.timestamp(metadata.newFile(), 1));
    chancery.operator().freezeKey(new KeyId(key), "a test");
    assertEquals(key, info(key).getKeyInfo().getKeyID().getID());
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        "KEY_FROZEN",
        () -> grpc.sign(key, metadata.timestamp(metadata.newFile(), 2)));
  }

  @Test
  void theOperatorsCertificateMakesNoKeysAndSignsNothing() {
    String key = grpc.createKey("ecdsa", "example.test/operator", "timestamp");
    try (GrpcClient operator = new GrpcClient(chancery, "operator")) {
      assertRefused(
          Status.Code.PERMISSION_DENIED,
          "ROLE_NOT_ALLOWED",
          () -> operator.sign(key, metadata.timestamp(metadata.newFile(), 1)));
      assertRefused(
          Status.Code.PERMISSION_DENIED,
          "ROLE_NOT_ALLOWED",
          () -> operator.createKey("ecdsa", "example.test/operator", "snapshot"));
    }
  }

  @Test
  void nothingIsCreatedOrDeletedByCallsThatAreRefused() {
    int before = chancery.operator().keys(null, null).size();
    for (String id : new String[] {"", "ab".repeat(32)}) {
      assertRefused(
          Status.Code.FAILED_PRECONDITION,
          "DELETE_NOT_ALLOWED",
          () -> grpc.keys().deleteKey(KeyID.newBuilder().setID(id).build()));
    }
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "ALGORITHM_NOT_ALLOWED",
        () -> grpc.createKey("rsa", "example.test/none", "timestamp"));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "REQUEST_INVALID",
        () -> grpc.createKey("ecdsa", "g".repeat(300), "timestamp"));
    assertEquals(
        Status.Code.INVALID_ARGUMENT,
        refused(
                () ->
                    grpc.keys()
                        .createKey(
                            CreateKeyRequest.newBuilder()
                                .setAlgorithmBytes(ByteString.copyFromUtf8("ecdsa"))
                                .setGun("a\nb")
                                .setRole("timestamp")
                                .build()))
            .getCode());
    assertEquals(before, chancery.operator().keys(null, null).size());
  }

  @Test
  void theDoorStaysOpenWhileTheTokenIsAway() throws Exception {
    String key = grpc.createKey("ecdsa", "example.test/away", "timestamp");
    grpc.sign(key, metadata.timestamp(metadata.newFile(), 1));
    await(grpc::serving);
    Path hidden = chancery.directory().resolve("hidden-token");
    Files.move(chancery.tokenDirectory(), hidden);
    try {
      assertEquals(
          Status.Code.UNAVAILABLE,
          refused(() -> grpc.sign(key, metadata.timestamp(metadata.newFile(), 2))).getCode());
      await(() -> !grpc.serving());
      assertEquals(
          Status.Code.UNAVAILABLE,
          refused(() -> grpc.createKey("ecdsa", "example.test/away2", "timestamp")).getCode());
      assertEquals(key, info(key).getKeyInfo().getKeyID().getID());
    } finally {
      Files.move(hidden, chancery.tokenDirectory());
    }
    await(grpc::serving);
    assertEquals(64, grpc.sign(key, metadata.timestamp(metadata.newFile(), 2)).length);
    assertFalse(grpc.createKey("ecdsa", "example.test/away2", "timestamp").isEmpty());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(end), "not within " + PATIENCE);
      Thread.sleep(100);
    }
  }
}
