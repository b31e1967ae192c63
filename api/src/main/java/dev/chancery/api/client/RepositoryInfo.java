package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository and its keys, in the order they came on the record.
 *
 * @param custody who signs its snapshots: {@code here} or {@code publisher}
 * @param timestampStart version its timestamps had before they were signed here; null where none
 *     was registered
 * @param snapshotStart the same for its snapshots
 * @param root of TUF 1.0, the newest that was registered; null where none was
 */
public record RepositoryInfo(
    String repository,
    String custody,
    @Nullable Long timestampStart,
    @Nullable Long snapshotStart,
    @Nullable Root root,
    List<Key> keys) {
  public RepositoryInfo {
    keys = List.copyOf(keys);
  }

  /**
   * A root that was registered.
   *
   * @param sha256 of the file, hexadecimal
   */
  public record Root(long version, Instant expires, String sha256, List<RootRole> roles) {
    public Root {
      roles = List.copyOf(roles);
    }
  }

  /**
   * What a root says of one role.
   *
   * @param role {@code root}, {@code snapshot}, {@code targets} or {@code timestamp}
   * @param here those of the key ids that are keys of the server
   */
  public record RootRole(String role, long threshold, List<String> keyids, List<String> here) {
    public RootRole {
      keyids = List.copyOf(keyids);
      here = List.copyOf(here);
    }
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
