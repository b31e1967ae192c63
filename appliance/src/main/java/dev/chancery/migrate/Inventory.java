package dev.chancery.migrate;

import dev.chancery.api.RepositoryName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that notary-signer holds, beside what the trust server serves of it. */
public final class Inventory {
  private Inventory() {}

  /**
   * The repositories that {@code keys} are of, by name.
   *
   * @param server asked for each of them; null to leave open what the keys are used for
   * @throws MigrationException if {@code server} cannot be reached
   */
  public static List<OldRepository> of(List<SignerKey> keys, @Nullable TrustServer server) {
    Map<String, List<SignerKey>> byGun = new LinkedHashMap<>();
    keys.forEach(key -> byGun.computeIfAbsent(key.gun(), gun -> new ArrayList<>()).add(key));
    List<OldRepository> repositories = new ArrayList<>();
    byGun.forEach((gun, rows) -> repositories.add(repository(gun, rows, server)));
    return List.copyOf(repositories);
  }

  private static OldRepository repository(
      String gun, List<SignerKey> rows, @Nullable TrustServer server) {
    if (server == null) {
      return OldRepository.of(gun, rows, Optional.empty(), "the trust server was not asked");
    }
    try {
      return OldRepository.of(gun, rows, server.published(new RepositoryName(gun)), null);
    } catch (IllegalArgumentException e) {
      return OldRepository.of(gun, rows, Optional.empty(), "no name of a repository");
    } catch (MigrationException e) {
      if (e.kind() == MigrationException.Kind.UNAVAILABLE) {
        throw e;
      }
      return OldRepository.of(gun, rows, Optional.empty(), e.getMessage());
    }
  }
}
