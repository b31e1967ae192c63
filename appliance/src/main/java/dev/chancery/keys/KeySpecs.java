package dev.chancery.keys;

import dev.chancery.api.Algorithm;
import dev.chancery.hsm.KeySpec;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Which kind of token key an algorithm needs. */
final class KeySpecs {
  private KeySpecs() {}

  static KeySpec of(Algorithm algorithm) {
    return switch (algorithm) {
      case ECDSA -> KeySpec.EC_P256;
      case ED25519 -> KeySpec.ED25519;
      case RSA_2048 -> KeySpec.RSA_2048;
      case RSA_3072 -> KeySpec.RSA_3072;
      case RSA_4096 -> KeySpec.RSA_4096;
    };
  }

  /** The algorithms that {@code supported} allows, for messages. */
  static String names(Set<KeySpec> supported) {
    return Arrays.stream(Algorithm.values())
        .filter(algorithm -> supported.contains(of(algorithm)))
        .map(Algorithm::id)
        .collect(Collectors.joining(", "));
  }
}
