package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository and its keys, in the order they came on the record.
 *
 * @param custody who signs its snapshots: {@code here} or {@code publisher}
 * @param timestampStart version its timestamps had before they were signed here; null where none
 *     was registered
 * @param snapshotStart the same for its snapshots
 */
public record RepositoryInfo(
    String repository,
    String custody,
    @Nullable Long timestampStart,
    @Nullable Long snapshotStart,
    List<Key> keys) {
  public RepositoryInfo {
    keys = List.copyOf(keys);
  }

  /**
   * One of its keys.
   *
   * @param role {@code timestamp} or {@code snapshot}
   * @param mode {@code resident}, {@code imported} or {@code foreign}
   * @param status {@code active}, {@code frozen}, {@code suspended} or {@code retired}
   */
  public record Key(KeyId keyid, String role, String mode, String status) {}
}
