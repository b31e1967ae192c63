package dev.chancery.config;

import java.nio.file.Path;

/** A listener with TLS and client certificates. */
public sealed interface ListenerConfig permits RestConfig, GrpcConfig {
  /** Address or name to bind. */
  String host();

  /** 0 for any free one. */
  int port();

  /** PEM, leaf first. */
  Path certificate();

  /** PEM, PKCS#8, without a password. */
  Path key();

  /** PEM; clients show a certificate of one of these authorities. */
  Path clientCa();

  /** Whether both show the same certificate and let the same clients in. */
  default boolean sameTls(ListenerConfig other) {
    return certificate().equals(other.certificate())
        && key().equals(other.key())
        && clientCa().equals(other.clientCa());
  }
}
