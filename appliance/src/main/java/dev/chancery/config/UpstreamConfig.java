package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The old signer that still holds the keys of mode {@code foreign}: notary-signer, or whatever
 * speaks its protocol.
 *
 * @param host name or address to reach it by; its certificate must be for this name
 * @param ca PEM: the authorities its certificate may be of, no others
 * @param certificate PEM: what is shown to it, leaf first
 * @param key PEM: its private key
 * @param deadline how long one signature may take, connecting included
 */
public record UpstreamConfig(
    String host, int port, Path ca, Path certificate, Path key, Duration deadline) {}
