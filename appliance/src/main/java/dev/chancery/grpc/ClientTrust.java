package dev.chancery.grpc;

import dev.chancery.access.AccessPolicy;
import dev.chancery.api.Quote;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts the clients of the configured authorities, as the JDK judges them, and says in the log why
 * it did not trust one: the client learns only "bad certificate", and its operator asks here. Once
 * a second at most, for anybody can connect.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(ClientTrust.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int LONGEST_REASON = 200;

  private final X509ExtendedTrustManager judge;
  private final AtomicLong lastSaid = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

  ClientTrust(KeyStore authorities) {
    this.judge = judge(authorities);
  }

  private static X509ExtendedTrustManager judge(KeyStore authorities) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(authorities);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      judge.checkClientTrusted(chain, type);
    } catch (CertificateException e) {
      throw said(chain, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    try {
      judge.checkClientTrusted(chain, type, socket);
    } catch (CertificateException e) {
      throw said(chain, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      judge.checkClientTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw said(chain, e);
    }
  }

  private CertificateException said(X509Certificate[] chain, CertificateException problem) {
    long now = System.nanoTime();
    long last = lastSaid.get();
    if (now - last >= PAUSE_NANOS && lastSaid.compareAndSet(last, now)) {
      LOG.warn(
          "client certificate of {} not trusted: {}",
          chain.length == 0 ? "(none)" : Quote.of(AccessPolicy.nameOf(chain[0])),
          Quote.ascii(String.valueOf(problem.getMessage()), LONGEST_REASON));
    }
    return problem;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  /**
   * None are named to the client. Go's TLS, told of authorities, sends no certificate rather than
   * one of another authority: notary-server's operator would see a closed connection, and here
   * there would be nothing to say.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
