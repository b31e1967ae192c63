package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The token that signs.
 *
 * @param module the PKCS#11 library
 * @param label CKA_LABEL of the token; label and serial together must name exactly one slot
 * @param serial serial number of the token
 * @param environment variables for the library's own getenv, set before it is loaded; {@code
 *     SOFTHSM2_CONF} is the only one known
 * @param sessions how many calls the token may have at a time
 * @param deadline how long one call may take before it counts as failed
 */
public record TokenConfig(
    Path module,
    String label,
    String serial,
    PinConfig pin,
    Map<String, String> environment,
    int sessions,
    Duration deadline) {
  public TokenConfig {
    environment = Map.copyOf(environment);
  }
}
