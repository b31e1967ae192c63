package dev.chancery.hsm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which token to open, and how.
 *
 * @param module the PKCS#11 library, such as {@code /usr/lib/softhsm/libsofthsm2.so}
 * @param label the token's label
 * @param serial its serial number; when given, both must match. A service gives it; a tool may
 *     leave it out where the label occurs once
 * @param threads how many signatures are made at once, 1 to 256; each thread has a session
 * @param deadline how long one signature may take, waiting included, before it fails with {@code
 *     TIMEOUT}
 */
public record Pkcs11Config(
    Path module, String label, Optional<String> serial, int threads, Duration deadline) {
  private static final int MAX_THREADS = 256;

  public Pkcs11Config {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("1 to 256 threads, not " + threads);
    }
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("the deadline must be positive, not " + deadline);
    }
  }

  /** The same token through another copy of the module. */
  Pkcs11Config withModule(Path other) {
    return new Pkcs11Config(other, label, serial, threads, deadline);
  }

  /** The same, and this token only. */
  Pkcs11Config withSerial(String found) {
    return new Pkcs11Config(module, label, Optional.of(found), threads, deadline);
  }
}
