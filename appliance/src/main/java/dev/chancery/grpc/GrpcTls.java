package dev.chancery.grpc;

import dev.chancery.door.ServerTls;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** The TLS side of the gRPC door. */
final class GrpcTls {
  // notary-server offers 1.3 and, of 1.2, ephemeral keys with authenticated encryption.
  private static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private GrpcTls() {}

  /** Accepts no client without a certificate of one of the client authorities. */
  static SslContext context(ServerTls identity) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(
                  identity.key(), identity.chain().toArray(new X509Certificate[0])))
          .trustManager(new ClientTrust(identity.trustStore()))
          .clientAuth(ClientAuth.REQUIRE)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(CIPHER_SUITES)
          .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("no TLS with this certificate and key: " + e, e);
    }
  }
}
