package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The token loses its storage while the appliance serves, and gets it back. */
@ChanceryServer
class TokenAwayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Chancery chancery;
  private final NotaryMetadata metadata = new NotaryMetadata(new Random(3));
  private final HttpClient http = HttpClient.newHttpClient();

  TokenAwayTest(Chancery chancery) {
    this.chancery = chancery;
  }

  @Test
  void failsWhileTheTokenIsAwayAndRecoversWithoutARestart() throws Exception {
    RepositoryName repository = new RepositoryName("example.test/away");
    KeyChoice key =
        new KeyChoice.ById(
            chancery
                .client()
                .createKey(Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA)
                .keyid());
    byte[] first = metadata.timestamp(metadata.newFile(), 1);
    byte[] second = metadata.timestamp(metadata.newFile(), 2);
    assertEquals(1, sign(key, first).version());
    assertEquals(200, ready().statusCode());

    // Out of the directory of tokens: SoftHSM finds them there under any name.
    Path hidden = chancery.directory().resolve("hidden-token");
    Files.move(chancery.tokenDirectory(), hidden);
    ChanceryProblem failure;
    try {
      failure = assertThrows(ChanceryProblem.class, () -> sign(key, second));
      awaitReady(503);
      assertTrue(ready().body().contains("\"token\",\"ok\":false"), ready().body());
      // Version 2 is on the record though it was not signed.
      assertEquals(
          "VERSION_ROLLBACK", Verdicts.sign(chancery.client(), Role.TIMESTAMP, key, first));
    } finally {
      Files.move(hidden, chancery.tokenDirectory());
    }
    assertEquals(503, failure.status(), failure.getMessage());
    assertFalse(failure.isRefusal());
    assertTrue(failure.control().isEmpty());
    awaitReady(200);
    SignedMetadata signed = sign(key, second);
    assertEquals(2, signed.version());
    assertFalse(signed.recorded(), "no signature was made while the token was away");
  }

  private SignedMetadata sign(KeyChoice key, byte[] content) {
    return chancery.client().sign(Role.TIMESTAMP, key, content, null);
  }

  private HttpResponse<String> ready() throws Exception {
    return http.send(
        HttpRequest.newBuilder(chancery.probesUri().resolve("/readyz")).build(),
        BodyHandlers.ofString());
  }

  private void awaitReady(int status) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ready().statusCode() != status) {
      assertTrue(System.nanoTime() < end, "readiness did not become " + status + " in time");
      Thread.sleep(50);
    }
  }
}
