package dev.chancery.e2e.notary;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.chancery.cli.init.CertificateAuthority;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/**
 * Somebody to whom a publisher delegates: PEM files in the publisher's home.
 *
 * @param certificate name of the file with his certificate
 */
record Delegate(String certificate) {
  /** Makes a key and a certificate and imports the key for {@code role}. */
  static Delegate of(NotaryCli publisher, String name, String role) {
    CertificateAuthority.Identity identity =
        CertificateAuthority.create("Delegates", new SecureRandom(), Instant.now()).client(name);
    try {
      publisher.file(name + ".crt", pem("CERTIFICATE", identity.certificate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate made here has no DER form", e);
    }
    publisher.file(name + ".key", pem("PRIVATE KEY", identity.keys().getPrivate().getEncoded()));
    publisher.ok("key", "import", name + ".key", "--role", role);
    return new Delegate(name + ".crt");
  }

  private static String pem(String label, byte[] der) {
    String lines = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }
}
