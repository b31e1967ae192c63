package dev.chancery.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server that takes checkpoints.
 *
 * @param url https, or http on loopback
 * @param ca PEM: the authorities its certificate may be of, no others; null for http
 * @param certificate PEM: what is shown to it, leaf first; null for nothing
 * @param key PEM: its private key; null without a certificate
 * @param deadline how long it may take, connecting included
 */
public record PushHttpConfig(
    URI url,
    @Nullable Path ca,
    @Nullable Path certificate,
    @Nullable Path key,
    Duration deadline) {}
