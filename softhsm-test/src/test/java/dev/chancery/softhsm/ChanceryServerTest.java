package dev.chancery.softhsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.SignedMetadata;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a developer of a trust server gets; also the example of docs/testing.md. */
@ChanceryServer(clock = "2026-11-23T06:54:00Z")
class ChanceryServerTest {
  private static final byte[] TIMESTAMP =
      ("{\"_type\":\"Timestamp\",\"expires\":\"2026-12-07T06:53:46.123456789Z\",\"meta\":{\"snapshot\":"
              + "{\"hashes\":{\"sha256\":\"NGuM7eSrprhpHXNzq/2GFkOVQNtPzZVnogDi/Ji7bKk=\",\"sha512\":"
              + "\"XlaHdmc11ffShB8Q7Lzh04yTXqpg72eU5+rZbder6vZGjkbiOUF2P8NoSn5JKi4gUFGjwVV27wUi4XLX+3HW"
              + "fg==\"},\"length\":683}},\"version\":1}")
          .getBytes(UTF_8);

  private final Chancery chancery;

  ChanceryServerTest(Chancery chancery) {
    this.chancery = chancery;
  }

  private KeyInfo key(String repository) {
    return chancery
        .client()
        .createKey(Dialect.NOTARY, new RepositoryName(repository), Role.TIMESTAMP, Algorithm.ECDSA);
  }

  private SignedMetadata sign(KeyInfo key) {
    return chancery.client().sign(Role.TIMESTAMP, new KeyChoice.ById(key.keyid()), TIMESTAMP, null);
  }

  @Test
  void signsAndCountsWhatTheTokenDid() {
    KeyInfo key = key("example.test/signs");
    long before = chancery.signCalls();
    SignedMetadata signed = sign(key);
    assertEquals(1, signed.version());
    assertEquals("ecdsa", signed.method());
    assertEquals(before + 1, chancery.signCalls());
  }

  @Test
  void remembersOverARestartAndListensWhereItDid() {
    URI rest = chancery.restUri();
    URI probes = chancery.probesUri();
    SignedMetadata first = sign(key("example.test/restarts"));
    long before = chancery.signCalls();
    chancery.restart();
    assertEquals(rest, chancery.restUri());
    assertEquals(probes, chancery.probesUri());
    KeyChoice key = new KeyChoice.ByRepository(new RepositoryName("example.test/restarts"));
    SignedMetadata again = chancery.client().sign(Role.TIMESTAMP, key, TIMESTAMP, null);
    assertEquals(first.sig(), again.sig());
    assertTrue(again.recorded());
    assertEquals(before, chancery.signCalls(), "the recorded signature is given again");
  }

  @Test
  void theOperatorMayLookAndNotSign() {
    SignedMetadata signed = sign(key("example.test/watched"));
    RepositoryName repository = new RepositoryName("example.test/watched");
    var watermarks = chancery.operator().watermarks(repository);
    assertEquals(List.of(1L), watermarks.stream().map(each -> each.version()).toList());
    var refused =
        assertThrows(
            ChanceryProblem.class,
            () ->
                chancery
                    .operator()
                    .sign(Role.TIMESTAMP, new KeyChoice.ById(signed.keyid()), TIMESTAMP, null));
    assertEquals("ROLE_NOT_ALLOWED", refused.control().orElseThrow());
  }

  @Test
  void theClockIsTheTestsOwn() {
    Instant before = chancery.clock().instant();
    chancery.clock().advance(Duration.ofSeconds(30));
    assertEquals(before.plusSeconds(30), chancery.clock().instant());
    assertEquals(before.plusSeconds(30), key("example.test/clock").created());
  }

  @Test
  void hasFilesOfItsOwn() {
    assertTrue(Files.isRegularFile(chancery.ledgerFile()));
    assertTrue(chancery.ledgerFile().startsWith(chancery.directory()));
    assertTrue(Files.isDirectory(chancery.tokenDirectory()));
    assertTrue(Files.isRegularFile(chancery.tls("ca.crt")));
    assertFalse(Files.exists(chancery.tls("nobody.crt")));
  }

  @Nested
  class Inside {
    @Test
    void nestedClassesShareTheAppliance(Chancery same) {
      assertSame(chancery, same);
    }
  }

  /** Another class has another appliance. */
  @ChanceryServer(unlimited = true)
  static class OnTheMachinesClock {
    @Test
    void hasNoClockToMove(Chancery other) {
      assertThrows(IllegalStateException.class, other::clock);
    }
  }
}
