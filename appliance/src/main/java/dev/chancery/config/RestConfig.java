package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The REST listener: HTTP/1.1 over TLS with client certificates.
 *
 * @param host address or name to bind
 * @param port 0 for any free one
 * @param certificate PEM, leaf first
 * @param key PEM, PKCS#8, without a password
 * @param clientCa PEM; clients show a certificate of one of these authorities
 */
public record RestConfig(
    String host, int port, Path certificate, Path key, Path clientCa, Limits limits)
    implements ListenerConfig {
  /**
   * What one client may take.
   *
   * @param bodyBytes largest request body; a snapshot of 1 MiB in base64 with its envelope fits in
   *     the default
   * @param headerBytes all request headers together
   * @param connections at a time, all clients together
   * @param idle how long a connection may be silent, also within a request
   * @param request how long one request may take until its answer
   * @param drain how long requests under way may take once the appliance was told to stop
   * @param threads of the listener, about 4 of which only accept and select
   */
  public record Limits(
      int bodyBytes,
      int headerBytes,
      int connections,
      Duration idle,
      Duration request,
      Duration drain,
      int threads) {}
}
