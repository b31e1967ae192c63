package dev.chancery.backup;

import dev.chancery.api.client.PemFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whoever can read a backup: the holder of the private key of a certificate. RSA of 2048 to 8192
 * bits (RSA-OAEP), or EC on P-256 or P-384 (ephemeral-static ECDH).
 */
public final class Recipient {
  private static final int MIN_RSA_BITS = 2_048;
  private static final int MAX_RSA_BITS = 8_192;
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

  private final X509Certificate certificate;

  private Recipient(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /**
   * The first certificate in a PEM file.
   *
   * @throws BackupException that names the file and what is wrong, if it is not valid now or its
   *     key is none to encrypt to
   * @throws IOException if the file cannot be read
   */
  public static Recipient read(Path file, Instant now) throws IOException {
    X509Certificate certificate = PemFiles.certificates(file).getFirst();
    String unfit = unfit(certificate, now);
    if (unfit != null) {
      throw new BackupException(file + ": " + unfit);
    }
    return new Recipient(certificate);
  }

  private static @Nullable String unfit(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    Instant start = certificate.getNotBefore().toInstant();
    if (now.isAfter(end)) {
      return "the recipient's certificate ended on " + end + ": is its key still kept?";
    }
    if (now.isBefore(start)) {
      return "the recipient's certificate is valid only from " + start;
    }
    return switch (certificate.getPublicKey()) {
      case RSAPublicKey rsa -> {
        int bits = rsa.getModulus().bitLength();
        yield bits < MIN_RSA_BITS || bits > MAX_RSA_BITS
            ? "an RSA key of " + bits + " bits; allowed are " + MIN_RSA_BITS + " to " + MAX_RSA_BITS
            : usage(certificate, KEY_ENCIPHERMENT, "keyEncipherment");
      }
      case ECPublicKey ec -> {
        int bits = ec.getParams().getCurve().getField().getFieldSize();
        boolean known = EcCurves.isP256OrP384(ec.getParams());
        yield known
            ? usage(certificate, KEY_AGREEMENT, "keyAgreement")
            : "an EC key of " + bits + " bits that is on neither P-256 nor P-384";
      }
      default ->
          "a key of type "
              + certificate.getPublicKey().getAlgorithm()
              + "; allowed are RSA and EC on P-256 and P-384";
    };
  }

  private static @Nullable String usage(X509Certificate certificate, int bit, String name) {
    boolean[] usage = certificate.getKeyUsage();
    return usage == null || usage[bit]
        ? null
        : "a certificate whose keyUsage does not allow " + name;
  }

  X509Certificate certificate() {
    return certificate;
  }

  boolean isRsa() {
    return certificate.getPublicKey() instanceof RSAPublicKey;
  }

  /** The subject of the certificate (RFC 2253). */
  @Override
  public String toString() {
    return certificate.getSubjectX500Principal().getName();
  }
}
