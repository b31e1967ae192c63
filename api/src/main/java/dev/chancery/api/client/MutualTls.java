package dev.chancery.api.client;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts the given authorities alone and shows the given certificate. */
public final class MutualTls {
  private static final char[] NO_PASSWORD = new char[0];

  private MutualTls() {}

  /**
   * For connections that show {@code certificate}.
   *
   * @param ca PEM: the authorities that the other side's certificate may be of
   * @param certificate PEM: the own certificate, then its issuers
   * @param key PEM: its private key, PKCS#8 without a password
   * @throws PemException if a file does not hold what it should
   * @throws IOException if a file cannot be read
   */
  public static SSLContext context(Path ca, Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = PemFiles.certificates(certificate);
    PrivateKey privateKey = PemFiles.privateKey(key);
    TrustManager[] trusted = trustManagers(ca);
    try {
      KeyStore own = emptyStore();
      own.setKeyEntry("client", privateKey, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new PemException(certificate, "and " + key + " cannot be used together");
    }
  }

  /**
   * For connections that show no certificate.
   *
   * @param ca PEM: the authorities that the other side's certificate may be of
   * @throws PemException if it does not hold what it should
   * @throws IOException if it cannot be read
   */
  public static SSLContext trustingOnly(Path ca) throws IOException {
    TrustManager[] trusted = trustManagers(ca);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static TrustManager[] trustManagers(Path ca) throws IOException {
    List<X509Certificate> authorities = PemFiles.certificates(ca);
    try {
      KeyStore trusted = emptyStore();
      for (int i = 0; i < authorities.size(); i++) {
        trusted.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new PemException(ca, "holds no authority that can be trusted");
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
