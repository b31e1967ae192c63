package dev.chancery.api;

import org.jspecify.annotations.Nullable;

/**
 * What an operator has put on the record of a repository.
 *
 * @param timestampStart version its timestamps had before they were signed here (RULES F-3); null
 *     where none was registered
 * @param snapshotStart the same for its snapshots
 */
public record RepositorySettings(
    RepositoryName name,
    Custody custody,
    @Nullable Version timestampStart,
    @Nullable Version snapshotStart) {
  /** A repository about which nothing was said. */
  public static RepositorySettings usual(RepositoryName name) {
    return new RepositorySettings(name, Custody.HERE, null, null);
  }

  /** The start version of one role, or null. */
  public @Nullable Version start(Role role) {
    return switch (role) {
      case TIMESTAMP -> timestampStart;
      case SNAPSHOT -> snapshotStart;
    };
  }
}
