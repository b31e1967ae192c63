package dev.chancery.e2e;

import dev.chancery.api.client.PemFiles;
import dev.chancery.softhsm.Chancery;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** TLS of clients, good and bad; all of them trust the appliance's own authority. */
final class TestTls {
  private static final char[] NO_PASSWORD = {};

  private final Chancery chancery;

  TestTls(Chancery chancery) {
    this.chancery = chancery;
  }

  /** With the certificate and key of a name in {@code tls/}. */
  SSLContext of(String name) throws IOException, GeneralSecurityException {
    return context(
        PemFiles.privateKey(chancery.tls(name + ".key")),
        PemFiles.certificates(chancery.tls(name + ".crt")).getFirst());
  }

  /** Without any certificate. */
  SSLContext anonymous() throws IOException, GeneralSecurityException {
    return context(null, null);
  }

  /** With a certificate of the appliance's authority, for a name that nobody entered. */
  SSLContext stranger() throws Exception {
    KeyPair keys = newKeys();
    return context(
        keys.getPrivate(),
        certificate(
            "stranger",
            keys,
            PemFiles.certificates(chancery.tls("ca.crt"))
                .getFirst()
                .getSubjectX500Principal()
                .getName(),
            PemFiles.privateKey(chancery.tls("ca.key"))));
  }

  /** With the right name, given by an authority of the client's own. */
  SSLContext ofAnotherAuthority() throws Exception {
    KeyPair keys = newKeys();
    return context(
        keys.getPrivate(),
        certificate("notary-server", keys, "CN=Chancery CA", newKeys().getPrivate()));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      String name, KeyPair keys, String issuer, PrivateKey issuerKey)
      throws GeneralSecurityException, OperatorCreationException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofHours(1))),
            new X500Name("CN=" + name),
            keys.getPublic());
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
  }

  private SSLContext context(@Nullable PrivateKey key, @Nullable X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("ca", PemFiles.certificates(chancery.tls("ca.crt")).getFirst());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore own = emptyStore();
    if (key != null) {
      own.setKeyEntry("own", key, NO_PASSWORD, new X509Certificate[] {certificate});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
