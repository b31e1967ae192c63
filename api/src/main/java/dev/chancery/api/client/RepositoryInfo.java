package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.util.List;

/** A repository and its keys, in the order they were made. */
public record RepositoryInfo(String repository, List<Key> keys) {
  public RepositoryInfo {
    keys = List.copyOf(keys);
  }

  /**
   * One of its keys.
   *
   * @param role {@code timestamp} or {@code snapshot}
   * @param status {@code active}, {@code frozen} or {@code suspended}
   */
  public record Key(KeyId keyid, String role, String status) {}
}
