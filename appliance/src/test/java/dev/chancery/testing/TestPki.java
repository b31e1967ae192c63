package dev.chancery.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certification authority that lives for one test. */
public final class TestPki {
  /** A certificate and the key that goes with it. */
  public record Identity(X509Certificate certificate, KeyPair keys) {}

  private static final Duration VALIDITY = Duration.ofDays(2);

  private final X500Principal name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  public TestPki(String name) {
    this.name = new X500Principal(name);
    this.keys = ecKeys();
    this.certificate = build(this.name, keys, builder -> ca(builder));
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A server certificate for localhost and 127.0.0.1. */
  public Identity server() {
    return issue(
        "CN=chancery",
        ecKeys(),
        KeyPurposeId.id_kp_serverAuth,
        List.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
  }

  /** A client certificate; {@code names} become its subject alternative names. */
  public Identity client(String subject, GeneralName... names) {
    return issue(subject, ecKeys(), KeyPurposeId.id_kp_clientAuth, List.of(names));
  }

  public Identity issue(
      String subject, KeyPair holder, KeyPurposeId purpose, List<GeneralName> names) {
    X509Certificate issued =
        build(
            new X500Principal(subject),
            holder,
            builder -> {
              builder.addExtension(
                  Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
              if (!names.isEmpty()) {
                builder.addExtension(
                    Extension.subjectAlternativeName,
                    subject.isEmpty(),
                    new GeneralNames(names.toArray(new GeneralName[0])));
              }
            });
    return new Identity(issued, holder);
  }

  /** Trusts this authority and, when {@code client} is given, shows its certificate. */
  public SSLContext context(Identity... client) {
    try {
      KeyStore trusted = emptyStore();
      trusted.setCertificateEntry("ca", certificate);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      KeyStore own = emptyStore();
      for (Identity identity : client) {
        own.setKeyEntry(
            "client",
            identity.keys().getPrivate(),
            new char[0],
            new X509Certificate[] {identity.certificate()});
      }
      KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
      key.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(key.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes certificates as PEM, one after another. */
  public static Path writeCertificates(Path file, X509Certificate... certificates) {
    return write(file, (Object[]) certificates);
  }

  /** Writes the private key as PKCS#8 PEM, readable by its owner alone. */
  public static Path writeKey(Path file, KeyPair keys) {
    try {
      write(file, new JcaPKCS8Generator(keys.getPrivate(), null));
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static KeyPair ecKeys() {
    return keys("EC", 256);
  }

  public static KeyPair rsaKeys() {
    return keys("RSA", 2048);
  }

  private static KeyPair keys(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path write(Path file, Object... objects) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        pem.writeObject(object);
      }
      pem.flush();
      return Files.writeString(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Extensions {
    void addTo(X509v3CertificateBuilder builder) throws CertIOException;
  }

  private static void ca(X509v3CertificateBuilder builder) throws CertIOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
  }

  private X509Certificate build(X500Principal subject, KeyPair holder, Extensions extensions) {
    try {
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(64, new SecureRandom()),
              Date.from(now.minus(VALIDITY)),
              Date.from(now.plus(VALIDITY)),
              subject,
              holder.getPublic());
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (CertIOException | OperatorException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
