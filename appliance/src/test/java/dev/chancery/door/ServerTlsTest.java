package dev.chancery.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.testing.TestPki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTlsTest {
  private static final TestPki PKI = new TestPki("CN=Test CA");
  private static final TestPki.Identity SERVER = PKI.server();

  @TempDir Path directory;
  private Path certificate = Path.of("");
  private Path key = Path.of("");
  private Path clientCa = Path.of("");

  @BeforeEach
  void write() {
    certificate = TestPki.writeCertificates(directory.resolve("server.crt"), SERVER.certificate());
    key = TestPki.writeKey(directory.resolve("server.key"), SERVER.keys());
    clientCa = TestPki.writeCertificates(directory.resolve("ca.crt"), PKI.certificate());
  }

  @Test
  void theIdentityIsWhatTheFilesHold() {
    ServerTls tls = load();
    assertEquals(List.of(SERVER.certificate()), tls.chain());
    assertEquals(SERVER.keys().getPrivate(), tls.key());
    assertEquals(List.of(PKI.certificate()), tls.clientAuthorities());
  }

  @Test
  void anRsaKeyAndSeveralAuthoritiesAreFine() {
    KeyPair rsa = TestPki.rsaKeys();
    certificate =
        TestPki.writeCertificates(
            certificate,
            PKI.issue("CN=rsa", rsa, KeyPurposeId.id_kp_serverAuth, List.of()).certificate());
    key = TestPki.writeKey(key, rsa);
    clientCa =
        TestPki.writeCertificates(
            clientCa, PKI.certificate(), new TestPki("CN=Other CA").certificate());
    assertEquals("RSA", load().key().getAlgorithm());
    assertEquals(2, load().clientAuthorities().size());
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsNamed() {
    TestPki.writeKey(key, TestPki.ecKeys());
    refused(key, "is not the key of the certificate");
  }

  @Test
  void aKeyThatEveryUserCanReadIsNotUsed() throws Exception {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals("EC", load().key().getAlgorithm());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    refused(key, "every user can read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not PEM",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n",
      })
  void aFileThatIsNoKeyIsNamedAndNotQuoted(String text) throws Exception {
    Files.writeString(key, text);
    IllegalArgumentException error = refused(key, "");
    assertNull(error.getCause());
    assertFalse(String.valueOf(error.getMessage()).contains("AAAA"));
  }

  @Test
  void aCertificateFileHoldsCertificatesOnly() throws Exception {
    Files.writeString(clientCa, "");
    refused(clientCa, "holds no PEM certificate");
    Files.copy(key, clientCa, StandardCopyOption.REPLACE_EXISTING);
    refused(clientCa, "no certificate");
    Files.delete(clientCa);
    refused(clientCa, "cannot be read");
  }

  private IllegalArgumentException refused(Path file, String problem) {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class, this::load);
    String message = String.valueOf(error.getMessage());
    assertEquals(0, message.indexOf(file.toString()), message);
    assertTrue(message.contains(problem), message);
    return error;
  }

  private ServerTls load() {
    return ServerTls.load(certificate, key, clientCa);
  }
}
