package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.served.ServedException;
import dev.chancery.served.ServedFiles;
import dev.chancery.served.ServedFiles.Document;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is served of one repository at one moment.
 *
 * @param named the keys that its root names for each role; none if it has no readable root
 * @param sights of the roles that were looked at
 */
record Look(Map<Role, Set<KeyId>> named, Map<Role, Sight> sights) {
  /** What was found where a document of a role should be. */
  sealed interface Sight {
    /** A good one. */
    record Good(ServedDocument document) implements Sight {}

    /** One with a signature by a key that is not on the record. */
    record Foreign(Set<KeyId> signers) implements Sight {}

    /** One of wrong form, or whose signature does not verify. */
    record Bad(Set<KeyId> signers, String why) implements Sight {}

    /** None. */
    record Absent() implements Sight {}

    /** Nobody knows. */
    record Unreadable(String why) implements Sight {}
  }

  /**
   * Looks at the roles that {@code keys} are for.
   *
   * @param keys those on the record for this repository
   * @throws ServedException if the server does not answer at all
   */
  static Look at(ServedFiles files, RepositoryName repository, Map<Role, List<KeyOnRecord>> keys) {
    Map<Role, Set<KeyId>> named = new EnumMap<>(Role.class);
    Map<Role, Sight> sights = new EnumMap<>(Role.class);
    Optional<Envelope> root = root(files, repository);
    keys.forEach(
        (role, ofRole) -> {
          named.put(role, root.map(envelope -> envelope.keysOf(role)).orElse(Set.of()));
          sights.put(role, sight(files, repository, role, ofRole));
        });
    return new Look(named, sights);
  }

  // A root that cannot be had is no drift of what is signed here: it names nobody then.
  private static Optional<Envelope> root(ServedFiles files, RepositoryName repository) {
    try {
      return files.current(repository, Document.ROOT).flatMap(Envelope::of);
    } catch (ServedException e) {
      throwIfAway(e);
      return Optional.empty();
    }
  }

  private static Sight sight(
      ServedFiles files, RepositoryName repository, Role role, List<KeyOnRecord> keys) {
    Optional<byte[]> file;
    try {
      file = files.current(repository, Document.of(role));
    } catch (ServedException e) {
      throwIfAway(e);
      return new Sight.Unreadable(String.valueOf(e.getMessage()));
    }
    if (file.isEmpty()) {
      return new Sight.Absent();
    }
    try {
      return new Sight.Good(ServedDocument.verified(file.get(), role, keys));
    } catch (RefusedException e) {
      Set<KeyId> signers = Envelope.of(file.get()).map(Envelope::signers).orElse(Set.of());
      return e.reason() == Refusal.KEY_UNKNOWN
          ? new Sight.Foreign(signers)
          : new Sight.Bad(signers, e.reason() + ", " + e.observed());
    }
  }

  static void throwIfAway(ServedException e) {
    if (e.kind() == ServedException.Kind.AWAY) {
      throw e;
    }
  }
}
