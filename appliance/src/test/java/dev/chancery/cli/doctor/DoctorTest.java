package dev.chancery.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.ConfiguredLedger;
import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.cli.doctor.Finding.Status;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.PolicyConfig.Profile;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.testing.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything but the token, which needs one. */
class DoctorTest {
  private static final Instant MADE = Instant.parse("2026-11-23T07:00:00Z");

  @TempDir Path temporary;
  private Path home = Path.of("");

  @BeforeEach
  void makeAnAppliance() throws IOException {
    home =
        new NewAppliance(
                (module, conf, label, so, user) -> new TokenIdentity(label, "0123456789abcdef"),
                ConfiguredLedger::create,
                (token, ledger, now) -> "vkey",
                new SecureRandom(),
                MADE)
            .make(
                new NewAppliance.Plan(
                    temporary.resolve("node"),
                    Path.of("/nowhere/p11.so"),
                    "t",
                    Profile.STANDARD,
                    0,
                    0,
                    0,
                    List.of("localhost"),
                    List.of()))
            .directory();
    Files.delete(home.resolve("tls/ca.key"));
  }

  @Test
  void aFreshApplianceHasNothingToMendButItsMissingToken() {
    List<Finding> findings = examine(MADE.plusSeconds(60));
    assertEquals(
        List.of("token"),
        findings.stream().filter(each -> each.status() == Status.FAIL).map(Finding::check).toList(),
        findings.toString());
    assertEquals(4, count(findings, "certificates", Status.OK));
    assertEquals(2, count(findings, "ledger", Status.OK));
    assertEquals(1, count(findings, "clock", Status.OK));
    assertEquals(1, count(findings, "access", Status.OK));
    assertTrue(
        findings.stream().allMatch(each -> (each.status() == Status.OK) == each.remedy().isEmpty()),
        "whatever is not ok says what to do");
  }

  @ParameterizedTest(name = "shadow mode until 2026-12-31, looked at {0}: {1}")
  @CsvSource({
    "2026-09-29T23:59:59Z, FAIL",
    "2026-09-30T00:00:00Z, WARN",
    "2026-12-30T23:59:59Z, WARN",
    "2026-12-31T00:00:00Z, OK",
  })
  void shadowModeIsNotForgotten(Instant now, Status status) throws IOException {
    assertEquals(1, count(examine(now), "policy", Status.OK));
    replace("\npolicy:\n", "\npolicy:\n  shadow: {until: 2026-12-31}\n");
    List<Finding> findings = examine(now);
    assertEquals(1, count(findings, "policy", status), findings::toString);
    assertTrue(text(findings).contains("2026-12-31"), findings::toString);
  }

  @Test
  void checkpointsThatNoWitnessReadsAreNamed() {
    assertEquals(1, count(examine(MADE), "checkpoints", Status.OK));
    addAuditKey(Algorithm.ED25519);
    assertEquals(1, count(examine(MADE), "checkpoints", Status.OK));
    addAuditKey(Algorithm.ECDSA);
    List<Finding> findings = examine(MADE);
    assertEquals(1, count(findings, "checkpoints", Status.WARN), findings::toString);
    assertTrue(text(findings).contains("ECDSA P-256"), findings::toString);
  }

  private void addAuditKey(Algorithm algorithm) {
    TokenPlace place = new TokenPlace("t", "01", "audit-1", Sha256.of(new byte[] {1}));
    PublicKeyInfo key = new PublicKeyInfo(TestPki.ecKeys().getPublic().getEncoded());
    try (SqliteLedger ledger = SqliteLedger.open(home.resolve("ledger/ledger.db"), () -> MADE)) {
      ledger.addAuditKey(new AuditKey(algorithm, place, key, MADE), "chancery").join();
    }
  }

  @Test
  void certificatesAreCountedDownAndRunOut() {
    Instant end = MADE.plus(Duration.ofDays(825));
    assertEquals(0, count(examine(end.minus(Duration.ofDays(30))), "certificates", Status.WARN));
    List<Finding> soon = examine(end.minus(Duration.ofDays(30)).plusSeconds(1));
    assertEquals(3, count(soon, "certificates", Status.WARN));
    assertTrue(text(soon).contains("ends in 29 days"), text(soon));
    assertEquals(3, count(examine(end.plusSeconds(1)), "certificates", Status.FAIL));
    assertEquals(
        4, count(examine(MADE.minus(Duration.ofMinutes(11))), "certificates", Status.FAIL));
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsFound() throws IOException {
    Files.copy(
        home.resolve("tls/operator.key"),
        home.resolve("tls/server.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertTrue(text(examine(MADE)).contains("is not the key of"));
  }

  @Test
  void aClientOfAnotherAuthorityIsFound() throws IOException {
    Files.copy(
        home.resolve("tls/operator.crt"),
        home.resolve("tls/ca.crt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(2, count(examine(MADE), "certificates", Status.WARN));
  }

  @Test
  void theClockIsHeldAgainstTheLedger() {
    assertEquals(1, count(examine(MADE.minus(Duration.ofMinutes(5))), "clock", Status.OK));
    assertEquals(
        1, count(examine(MADE.minus(Duration.ofMinutes(5)).minusSeconds(1)), "clock", Status.FAIL));
    assertEquals(1, count(examine(MADE.plus(Duration.ofDays(7))), "clock", Status.OK));
    assertEquals(
        1, count(examine(MADE.plus(Duration.ofDays(7)).plusSeconds(1)), "clock", Status.WARN));
  }

  @Test
  void modesThatLetOthersInAreFound() throws IOException {
    mode("pins/user.pin", "rw-r-----");
    mode("tls/server.key", "rw----r--");
    mode("access.yaml", "rw-rw----");
    mode("chancery.yaml", "rw-r--r--");
    List<Finding> findings = examine(MADE);
    assertEquals(3, count(findings, "files", Status.FAIL));
    assertEquals(1, count(findings, "files", Status.WARN));
    assertTrue(text(findings).contains("chmod 600 " + home.resolve("pins/user.pin")));
  }

  @Test
  void theAuthoritysKeyShouldNotBeHere() throws IOException {
    Files.createFile(home.resolve("tls/ca.key"));
    assertEquals(1, count(examine(MADE), "files", Status.WARN));
  }

  @Test
  void aLostOrBrokenLedgerIsNeverMadeAnew() throws IOException {
    Path ledger = home.resolve("ledger/ledger.db");
    Files.writeString(ledger, "no database");
    assertEquals(1, count(examine(MADE), "ledger", Status.FAIL));
    Files.delete(ledger);
    assertTrue(text(examine(MADE)).contains("restore it from a backup"));
    assertTrue(Files.notExists(ledger));
  }

  @Test
  void aWrongAccessFileOrConfigurationIsToldByItsLine() throws IOException {
    Files.writeString(home.resolve("access.yaml"), "- nobody: x\n");
    assertEquals(1, count(examine(MADE), "access", Status.FAIL));
    Files.writeString(home.resolve("chancery.yaml"), "token: 1\n");
    List<Finding> findings = examine(MADE);
    assertEquals(1, count(findings, "config", Status.FAIL));
    assertEquals(2, findings.size(), "without a configuration only Java can be looked at");
  }

  @Test
  void aRunningServersOwnWordCounts() throws IOException {
    HttpServer probes =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] answer =
        """
        {"ok":false,"components":[{"name":"token","ok":false,"detail":"TIMEOUT"},
        {"name":"ledger","ok":true,"detail":"ok"}]}"""
            .getBytes(StandardCharsets.UTF_8);
    probes.createContext(
        "/readyz",
        exchange -> {
          exchange.sendResponseHeaders(503, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    probes.start();
    try {
      probesPort(probes.getAddress().getPort());
      List<Finding> findings = examine(MADE);
      assertEquals(1, count(findings, "server", Status.FAIL), findings.toString());
      assertTrue(text(findings).contains("token: TIMEOUT"));
    } finally {
      probes.stop(0);
    }
  }

  @Test
  void aPortThatSomebodyElseHasIsFound() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      // It must not answer like a probe, and it never answers at all.
      rest(other.getLocalPort());
      List<Finding> findings = examine(MADE);
      assertEquals(1, count(findings, "server", Status.FAIL), findings.toString());
      assertTrue(text(findings).contains("set another rest.port"));
    }
  }

  private void probesPort(int port) throws IOException {
    replace("probes:\n  host: 127.0.0.1\n  port: 0", "probes:\n  host: 127.0.0.1\n  port: " + port);
  }

  private void rest(int port) throws IOException {
    replace("rest:\n  host: 127.0.0.1\n  port: 0", "rest:\n  host: 127.0.0.1\n  port: " + port);
  }

  private void replace(String from, String to) throws IOException {
    Path config = home.resolve("chancery.yaml");
    String text = Files.readString(config);
    assertTrue(text.contains(from), text);
    Files.writeString(config, text.replace(from, to));
  }

  private void mode(String file, String mode) throws IOException {
    Files.setPosixFilePermissions(home.resolve(file), PosixFilePermissions.fromString(mode));
  }

  private List<Finding> examine(Instant now) {
    return new Doctor(Map.of(), now).examine(home.resolve("chancery.yaml"));
  }

  private static long count(List<Finding> findings, String check, Status status) {
    return findings.stream()
        .filter(each -> each.check().equals(check) && each.status() == status)
        .count();
  }

  private static String text(List<Finding> findings) {
    return findings.toString();
  }
}
