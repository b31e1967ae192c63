package dev.chancery.http;

import dev.chancery.config.RestConfig;
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
import java.security.cert.Certificate;
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
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the TLS side of the door out of three PEM files. */
final class TlsFiles {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  // Of TLS 1.2 only what TLS 1.3 would also do: ephemeral keys and authenticated encryption.
  private static final String[] CIPHER_SUITES = {
    "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
  };
  private static final String ALIAS = "server";

  private TlsFiles() {}

  /**
   * Accepts no client without a certificate of one of the authorities in {@code clientCa}.
   *
   * @throws IllegalArgumentException naming the file that is missing or unfit, and why
   */
  static SslContextFactory.Server contextFactory(RestConfig settings) {
    List<X509Certificate> chain = certificates(settings.certificate());
    PrivateKey key = privateKey(settings.key());
    requireMatch(settings, chain.getFirst(), key);
    SslContextFactory.Server factory = new SslContextFactory.Server();
    try {
      KeyStore own = emptyStore();
      own.setKeyEntry(ALIAS, key, new char[0], chain.toArray(new Certificate[0]));
      factory.setKeyStore(own);
      factory.setKeyStorePassword("");
      KeyStore trusted = emptyStore();
      int number = 0;
      for (X509Certificate authority : certificates(settings.clientCa())) {
        trusted.setCertificateEntry("ca" + number++, authority);
      }
      factory.setTrustStore(trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has PKCS12 key stores", e);
    }
    factory.setNeedClientAuth(true);
    factory.setIncludeProtocols(PROTOCOLS);
    factory.setIncludeCipherSuites(CIPHER_SUITES);
    factory.setRenegotiationAllowed(false);
    return factory;
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
  private static void requireMatch(
      RestConfig settings, X509Certificate certificate, PrivateKey key) {
    boolean matches;
    try {
      Signature signature =
          Signature.getInstance(
              switch (key.getAlgorithm()) {
                case "EC", "ECDSA" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default ->
                    throw new IllegalArgumentException(
                        settings.key() + " must be an EC or RSA key, not " + key.getAlgorithm());
              });
      byte[] probe = {1};
      signature.initSign(key);
      signature.update(probe);
      byte[] made = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      matches = signature.verify(made);
    } catch (GeneralSecurityException e) {
      matches = false;
    }
    if (!matches) {
      throw new IllegalArgumentException(
          settings.key() + " is not the key of the certificate in " + settings.certificate());
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
