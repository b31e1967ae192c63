package dev.chancery.cli.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.ConfiguredLedger;
import dev.chancery.access.AccessPolicy;
import dev.chancery.api.client.PemFiles;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.PinConfig;
import dev.chancery.config.PolicyConfig.Profile;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.ledger.LedgerReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewApplianceTest {
  private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");

  @TempDir Path temporary;

  /** Leaves a world-readable file behind, as a careless library would. */
  private final TokenMaker tokens =
      (module, conf, label, so, user) -> {
        try {
          Path objects =
              Path.of(Files.readAllLines(conf).getFirst().replace("directories.tokendir = ", ""));
          Files.writeString(objects.resolve("object"), "x");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return new TokenIdentity(label, "0123456789abcdef");
      };

  @Test
  void makesEverythingAndNothingThatOthersCanRead() throws IOException {
    Path home = temporary.resolve("a/node");
    NewAppliance.Made made = maker(tokens).make(plan(home));
    assertEquals(home.toRealPath(), made.directory());
    Set<String> files = new TreeSet<>();
    try (Stream<Path> tree = Files.walk(home)) {
      for (Path each : tree.toList()) {
        boolean directory = Files.isDirectory(each);
        assertEquals(
            directory ? "rwx------" : "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
            each.toString());
        if (!directory) {
          files.add(home.relativize(each).toString());
        }
      }
    }
    assertEquals(
        Set.of(
            "access.yaml",
            "audit.vkey",
            "chancery.yaml",
            "ledger/ledger.db",
            "pins/so.pin",
            "pins/user.pin",
            "tls/ca.crt",
            "tls/ca.key",
            "tls/notary-server.crt",
            "tls/notary-server.key",
            "tls/operator.crt",
            "tls/operator.key",
            "tls/server.crt",
            "tls/server.key",
            "token/objects/object",
            "token/softhsm2.conf"),
        files);
  }

  @Test
  void theConfigurationNamesWhatWasMade() throws IOException {
    Path home = maker(tokens).make(plan(temporary.resolve("node"))).directory();
    ApplianceConfig config = ApplianceConfig.load(home.resolve("chancery.yaml"));
    assertEquals("0123456789abcdef", config.token().serial());
    assertEquals("signer 1", config.token().label());
    assertEquals(Path.of("/lib/p\"11\\.so"), config.token().module());
    assertEquals(new PinConfig.PinFile(home.resolve("pins/user.pin")), config.token().pin());
    assertEquals(
        home.resolve("token/softhsm2.conf").toString(),
        config.token().environment().get("SOFTHSM2_CONF"));
    assertEquals(4711, config.rest().port());
    assertEquals(4712, config.probes().port());
    assertEquals(Profile.STANDARD, config.policy().profile());
    assertTrue(Files.isRegularFile(config.rest().clientCa()));
    AccessPolicy access = AccessPolicy.load(config.access());
    for (String client : List.of("notary-server", "operator")) {
      X509Certificate certificate =
          PemFiles.certificates(home.resolve("tls/" + client + ".crt")).getFirst();
      assertTrue(access.caller(certificate).isPresent(), client);
    }
    assertEquals(0, LedgerReader.of(config.ledger().sqlite()).head().sequence());
  }

  @Test
  void theCertificatesAreForTheirUseAndOfOneAuthority() throws Exception {
    Path tls = maker(tokens).make(plan(temporary.resolve("node"))).directory().resolve("tls");
    X509Certificate ca = PemFiles.certificates(tls.resolve("ca.crt")).getFirst();
    X509Certificate server = PemFiles.certificates(tls.resolve("server.crt")).getFirst();
    X509Certificate client = PemFiles.certificates(tls.resolve("notary-server.crt")).getFirst();
    ca.verify(ca.getPublicKey());
    server.verify(ca.getPublicKey());
    client.verify(ca.getPublicKey());
    assertEquals(0, ca.getBasicConstraints());
    assertEquals(-1, server.getBasicConstraints());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), server.getExtendedKeyUsage());
    assertEquals(List.of("1.3.6.1.5.5.7.3.2"), client.getExtendedKeyUsage());
    assertEquals("CN=notary-server", client.getSubjectX500Principal().getName());
    assertEquals(
        Set.of("localhost", "signer.example", "127.0.0.1"),
        server.getSubjectAlternativeNames().stream()
            .map(name -> String.valueOf(name.get(1)))
            .collect(Collectors.toSet()));
    assertTrue(ca.getKeyUsage()[5] && !ca.getKeyUsage()[0], "the authority only signs");
    assertTrue(server.getKeyUsage()[0] && !server.getKeyUsage()[5], "the server never does");
    assertEquals(NOW.plus(CertificateAuthority.LIFE), server.getNotAfter().toInstant(), "825 days");
    assertEquals("EC", PemFiles.privateKey(tls.resolve("server.key")).getAlgorithm());
  }

  @Test
  void thePinsAreRandomAndDiffer() throws IOException {
    Path home = maker(tokens).make(plan(temporary.resolve("node"))).directory();
    String so = Files.readString(home.resolve("pins/so.pin"));
    String user = Files.readString(home.resolve("pins/user.pin"));
    assertTrue(so.matches("[A-HJ-NP-Z2-9]{16}\n"), "16 characters of 5 bits");
    assertNotEquals(so, user);
  }

  @Test
  void aFailureLeavesNothingBehind() {
    Path home = temporary.resolve("node");
    NewAppliance maker =
        maker(
            (module, conf, label, so, user) -> {
              throw new TokenException("CKR_GENERAL_ERROR", "no");
            });
    assertThrows(TokenException.class, () -> maker.make(plan(home)));
    assertFalse(Files.exists(home));
  }

  @Test
  void aFailureLeavesADirectoryThatWasThereEmpty() throws IOException {
    Path home = Files.createDirectory(temporary.resolve("node"));
    NewAppliance maker =
        new NewAppliance(
            tokens,
            (file, id, now) -> {
              throw new IllegalStateException("disk full");
            },
            (token, ledger, now) -> "vkey",
            new SecureRandom(),
            NOW);
    assertThrows(IllegalStateException.class, () -> maker.make(plan(home)));
    try (Stream<Path> left = Files.list(home)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void anEmptyDirectoryIsTakenAndClosedToOthers() throws IOException {
    Path home = Files.createDirectory(temporary.resolve("node"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    maker(tokens).make(plan(home));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home)));
  }

  @Test
  void nothingThatIsThereIsTouched() throws IOException {
    Path home = Files.createDirectory(temporary.resolve("node"));
    Path precious = Files.writeString(home.resolve("precious"), "ledger");
    TargetNotEmptyException refused =
        assertThrows(TargetNotEmptyException.class, () -> maker(tokens).make(plan(home)));
    assertTrue(String.valueOf(refused.getMessage()).contains("precious"));
    assertEquals("ledger", Files.readString(precious));
    assertThrows(TargetNotEmptyException.class, () -> maker(tokens).make(plan(precious)));
  }

  private static NewAppliance maker(TokenMaker tokens) {
    return new NewAppliance(
        tokens, ConfiguredLedger::create, (token, ledger, now) -> "vkey", new SecureRandom(), NOW);
  }

  private static NewAppliance.Plan plan(Path home) {
    return new NewAppliance.Plan(
        home,
        Path.of("/lib/p\"11\\.so"),
        "signer 1",
        Profile.STANDARD,
        4711,
        4713,
        4712,
        List.of("localhost", "signer.example"),
        List.of(InetAddress.ofLiteral("127.0.0.1")));
  }
}
