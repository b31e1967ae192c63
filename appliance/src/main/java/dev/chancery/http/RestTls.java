package dev.chancery.http;

import dev.chancery.door.ServerTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The TLS side of the REST door. */
final class RestTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  // Of TLS 1.2 only what TLS 1.3 would also do: ephemeral keys and authenticated encryption.
  private static final String[] CIPHER_SUITES = {
    "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
  };
  private static final String ALIAS = "server";

  private RestTls() {}

  /** Accepts no client without a certificate of one of the client authorities. */
  static SslContextFactory.Server contextFactory(ServerTls identity) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          ALIAS, identity.key(), new char[0], identity.chain().toArray(new Certificate[0]));
      factory.setKeyStore(own);
      factory.setKeyStorePassword("");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has PKCS12 key stores", e);
    }
    factory.setTrustStore(identity.trustStore());
    factory.setNeedClientAuth(true);
    factory.setIncludeProtocols(PROTOCOLS);
    factory.setIncludeCipherSuites(CIPHER_SUITES);
    factory.setRenegotiationAllowed(false);
    return factory;
  }
}
