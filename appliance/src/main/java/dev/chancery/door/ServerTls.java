package dev.chancery.door;

import dev.chancery.config.ListenerConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The identity that a door shows and the authorities whose clients it lets in, out of three PEM
 * files. Holds a private key: it is never printed.
 */
public final class ServerTls {
  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final List<X509Certificate> clientAuthorities;

  private ServerTls(
      List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientAuthorities) {
    this.chain = List.copyOf(chain);
    this.key = key;
    this.clientAuthorities = List.copyOf(clientAuthorities);
  }

  /**
   * The identity of a listener, as {@link #load(Path, Path, Path)}.
   *
   * @throws IllegalArgumentException as there
   */
  public static ServerTls load(ListenerConfig listener) {
    return load(listener.certificate(), listener.key(), listener.clientCa());
  }

  /**
   * Reads the three files and sees that they belong together.
   *
   * @param certificate PEM, leaf first
   * @param key PEM, EC or RSA, without a password, not readable by every user
   * @param clientCa PEM; clients show a certificate of one of these authorities
   * @throws IllegalArgumentException naming the file that is missing or unfit, and why
   */
  public static ServerTls load(Path certificate, Path key, Path clientCa) {
    List<X509Certificate> chain = certificates(certificate);
    PrivateKey own = privateKey(key);
    if (!match(chain.getFirst(), own, key)) {
      throw new IllegalArgumentException(
          key + " is not the key of the certificate in " + certificate);
    }
    return new ServerTls(chain, own, certificates(clientCa));
  }

  /** The certificate shown, leaf first. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** The private key of the leaf. */
  public PrivateKey key() {
    return key;
  }

  /** A key store with nothing but the authorities whose clients are let in. */
  public KeyStore trustStore() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int number = 0;
      for (X509Certificate authority : clientAuthorities) {
        trusted.setCertificateEntry("ca" + number++, authority);
      }
      return trusted;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has PKCS12 key stores", e);
    }
  }

  /** Whose clients are let in; at least one. */
  public List<X509Certificate> clientAuthorities() {
    return clientAuthorities;
  }

  /** All certificates of a PEM file, at least one. */
  private static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Object object : pemObjects(file)) {
      if (!(object instanceof X509CertificateHolder holder)) {
        throw new IllegalArgumentException(file + " holds something that is no certificate");
      }
      try {
        certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException(file + " holds a certificate that cannot be read", e);
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no PEM certificate");
    }
    return certificates;
  }

  private static PrivateKey privateKey(Path file) {
    requireNotWorldReadable(file);
    List<Object> objects = pemObjects(file);
    if (objects.size() != 1) {
      throw new IllegalArgumentException(file + " must hold one PEM key and nothing else");
    }
    try {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      return switch (objects.getFirst()) {
        case PrivateKeyInfo pkcs8 -> converter.getPrivateKey(pkcs8);
        case PEMKeyPair pair -> converter.getPrivateKey(pair.getPrivateKeyInfo());
        default -> throw new IllegalArgumentException(file + " holds no plain private key");
      };
    } catch (PEMException e) {
      // Without the cause: a parser's message could quote the key.
      throw new IllegalArgumentException(file + " holds a private key that cannot be read");
    }
  }

  private static List<Object> pemObjects(Path file) {
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      List<Object> objects = new ArrayList<>();
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        objects.add(object);
      }
      return objects;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read as PEM (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static void requireNotWorldReadable(Path file) {
    PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (posix == null) {
      return;
    }
    try {
      if (posix.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalArgumentException(
            file + " is a private key that every user can read; run: chmod o-rwx " + file);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read", e);
    }
  }

  /** A wrong pair would otherwise show only when the first client fails to connect. */
  private static boolean match(X509Certificate certificate, PrivateKey key, Path file) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (key.getAlgorithm()) {
                case "EC", "ECDSA" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default ->
                    throw new IllegalArgumentException(
                        file + " must be an EC or RSA key, not " + key.getAlgorithm());
              });
      byte[] probe = {1};
      signature.initSign(key);
      signature.update(probe);
      byte[] made = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(made);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
