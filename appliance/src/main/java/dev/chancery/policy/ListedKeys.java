package dev.chancery.policy;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.List;

/**
 * What the rules know of a root of TUF 1.0 whose chain was verified.
 *
 * @param version of the root
 * @param digest of its file
 * @param expires from when clients refuse it
 * @param timestamp the keys it lists for timestamps, in its order
 * @param snapshot the keys it lists for snapshots, in its order
 */
public record ListedKeys(
    Version version, Sha256 digest, Instant expires, List<KeyId> timestamp, List<KeyId> snapshot) {
  public ListedKeys {
    timestamp = List.copyOf(timestamp);
    snapshot = List.copyOf(snapshot);
  }

  /** The keys it lists for {@code role}. */
  public List<KeyId> of(Role role) {
    return switch (role) {
      case TIMESTAMP -> timestamp;
      case SNAPSHOT -> snapshot;
    };
  }
}
