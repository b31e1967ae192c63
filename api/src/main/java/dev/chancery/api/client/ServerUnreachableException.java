package dev.chancery.api.client;

import java.net.URI;

/**
 * No answer came: the server is not there, not who it should be, or did not take our certificate.
 */
public final class ServerUnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServerUnreachableException(URI server, String problem, Throwable cause) {
    super(server + ": " + problem, cause);
  }
}
