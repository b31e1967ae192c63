package dev.chancery.http;

/**
 * Where the probes listen, in plain HTTP: an address that only the machine itself, or a network of
 * monitors, can reach.
 *
 * @param port 0 for any free one
 */
public record ProbeSettings(String host, int port) {
  /** On loopback. */
  public static final ProbeSettings DEFAULT = new ProbeSettings("127.0.0.1", 8081);
}
