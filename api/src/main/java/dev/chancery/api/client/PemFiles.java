package dev.chancery.api.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files (RFC 7468). */
public final class PemFiles {
  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA");
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final String PKCS8 = "PRIVATE KEY";

  private PemFiles() {}

  /**
   * The certificates in {@code file}, in its order.
   *
   * @throws PemException if there are none, or one cannot be read
   * @throws IOException if the file cannot be read
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new PemException(file, "holds no certificate");
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new PemException(file, "holds something that is no X.509 certificate");
    }
  }

  /**
   * The private key in {@code file}: EC, RSA or Ed25519, PKCS#8, without a password. Neither key
   * nor parts of it appear in errors.
   *
   * @throws PemException if there is none, or not in this form
   * @throws IOException if the file cannot be read
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    try {
      Matcher block = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
      while (block.find()) {
        String label = String.valueOf(block.group(1));
        if (label.equals(PKCS8)) {
          return key(file, Base64.getMimeDecoder().decode(String.valueOf(block.group(2))));
        }
        if (label.endsWith(PKCS8)) {
          throw new PemException(
              file,
              "holds \""
                  + label
                  + "\"; convert it to PKCS#8 without a password: openssl pkcs8 -topk8 -nocrypt");
        }
      }
      throw new PemException(file, "holds no private key");
    } catch (IllegalArgumentException e) {
      throw new PemException(file, "holds a private key that is not base64");
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static PrivateKey key(Path file, byte[] der) throws PemException {
    try {
      PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
      for (String type : KEY_TYPES) {
        try {
          return KeyFactory.getInstance(type).generatePrivate(encoded);
        } catch (InvalidKeySpecException e) {
          // A key of another type: the next one is tried.
        }
      }
      throw new PemException(file, "holds a private key that is none of EC, RSA and Ed25519");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks a key type every one has", e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }
}
