package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The gRPC listener, for notary-server: HTTP/2 over TLS with client certificates.
 *
 * @param host address or name to bind
 * @param port 0 for any free one
 * @param certificate PEM, leaf first
 * @param key PEM, PKCS#8, without a password
 * @param clientCa PEM; clients show a certificate of one of these authorities
 */
public record GrpcConfig(
    String host, int port, Path certificate, Path key, Path clientCa, Limits limits)
    implements ListenerConfig {
  /**
   * What clients may take.
   *
   * @param calls at a time on one connection
   * @param request how long one call may take until its answer; notary-server itself never gives up
   * @param drain how long calls under way may take once the appliance was told to stop
   */
  public record Limits(int calls, Duration request, Duration drain) {}
}
