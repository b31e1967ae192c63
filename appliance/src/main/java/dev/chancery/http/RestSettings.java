package dev.chancery.http;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the REST door listens and with which certificate.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param certificate PEM: the server's certificate, then its issuers without the root
 * @param key PEM: its private key, EC or RSA, PKCS#8 without a password; not readable by others
 * @param clientCa PEM: the authorities whose client certificates are accepted; no others are, the
 *     system's own included
 */
public record RestSettings(
    String host, int port, Path certificate, Path key, Path clientCa, Limits limits) {

  /**
   * How much one caller, and all callers together, may take.
   *
   * @param maxBodyBytes longest request body; 3 MiB hold the base64 of a snapshot and its envelope
   * @param maxHeaderBytes longest request line and headers together
   * @param maxConnections connections open at once; more wait to be accepted
   * @param idleTimeout how long a connection may be silent
   * @param requestTime how long a request body may take to arrive, and how long its answer then
   * @param stopTimeout how long requests in flight may take to finish at the end
   * @param threads most threads of the door, about 4 of which only accept and select
   */
  public record Limits(
      int maxBodyBytes,
      int maxHeaderBytes,
      int maxConnections,
      Duration idleTimeout,
      Duration requestTime,
      Duration stopTimeout,
      int threads) {
    private static final int FEWEST_THREADS = 6;

    /** What fits a trust server on the same network. */
    public static final Limits DEFAULT =
        new Limits(
            3 << 20,
            8 << 10,
            512,
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            16);

    public Limits {
      positive(maxBodyBytes, "maxBodyBytes");
      positive(maxHeaderBytes, "maxHeaderBytes");
      positive(maxConnections, "maxConnections");
      positive(idleTimeout.toMillis(), "idleTimeout");
      positive(requestTime.toMillis(), "requestTime");
      positive(stopTimeout.toMillis(), "stopTimeout");
      if (threads < FEWEST_THREADS) {
        throw new IllegalArgumentException("threads is at least " + FEWEST_THREADS);
      }
    }

    private static void positive(long value, String name) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " is 1 or more, not " + value);
      }
    }
  }
}
