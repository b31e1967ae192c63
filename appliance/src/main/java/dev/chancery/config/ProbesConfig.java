package dev.chancery.config;

/**
 * The listener of {@code /livez}, {@code /readyz} and {@code /metrics}: plain HTTP, so keep it on
 * loopback or behind something that authenticates.
 *
 * @param host address or name to bind
 * @param port 0 for any free one
 */
public record ProbesConfig(String host, int port) {}
