package dev.chancery.migrate;

import dev.chancery.api.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A repository that notary-signer has keys for.
 *
 * @param published what the trust server serves; empty if it has no such repository, or {@code
 *     problem} says why that is not known
 */
public record OldRepository(
    String gun, List<OldKey> keys, Optional<Published> published, @Nullable String problem) {
  /**
   * One of its keys.
   *
   * @param usable the key as it can be used here; empty if {@code why} says why it cannot
   */
  public record OldKey(
      SignerKey row, Fate fate, Optional<SignerKey.Usable> usable, @Nullable String why) {}

  public OldRepository {
    keys = List.copyOf(keys);
  }

  /** Sorts out the keys of one repository, all of {@code rows}. */
  static OldRepository of(
      String gun, List<SignerKey> rows, Optional<Published> published, @Nullable String problem) {
    boolean known = problem == null;
    return new OldRepository(
        gun, rows.stream().map(row -> key(row, published, known)).toList(), published, problem);
  }

  private static OldKey key(SignerKey row, Optional<Published> published, boolean known) {
    SignerKey.Usable usable;
    try {
      usable = row.usable();
    } catch (IllegalArgumentException e) {
      return new OldKey(row, Fate.UNUSABLE, Optional.empty(), e.getMessage());
    }
    return new OldKey(row, fate(row, usable, published, known), Optional.of(usable), null);
  }

  private static Fate fate(
      SignerKey row, SignerKey.Usable usable, Optional<Published> published, boolean known) {
    if (row.deleted() != null) {
      return Fate.DELETED;
    }
    if (!known) {
      return Fate.UNKNOWN;
    }
    if (published.isEmpty()) {
      return Fate.NOT_PUBLISHED;
    }
    if (published.get().keys(usable.role()).contains(usable.id())) {
      return Fate.CURRENT;
    }
    return row.lastUsed() == null ? Fate.NEVER_USED : Fate.ROTATED_AWAY;
  }

  /** Its keys that the current root names and that can sign. */
  public List<SignerKey.Usable> current() {
    return keys.stream()
        .filter(key -> key.fate() == Fate.CURRENT)
        .flatMap(key -> key.usable().stream())
        .toList();
  }

  /** The roles that sign with a key of notary-signer; the snapshot first. */
  public List<Role> rolesToMove() {
    return inOrder(current().stream().map(key -> key.role().id()).collect(Collectors.toSet()));
  }

  /** The roles whose key in the current root notary-signer no longer signs with. */
  List<Role> lostRoles() {
    return inOrder(
        keys.stream()
            .filter(key -> key.fate() == Fate.DELETED || key.fate() == Fate.UNUSABLE)
            .filter(this::isNamed)
            .map(key -> key.row().role())
            .collect(Collectors.toSet()));
  }

  private boolean isNamed(OldKey key) {
    return published.isPresent()
        && published.get().keys().values().stream()
            .anyMatch(ids -> ids.stream().anyMatch(id -> id.hex().equals(key.row().keyId())));
  }

  private static List<Role> inOrder(Set<String> roles) {
    return Stream.of(Role.SNAPSHOT, Role.TIMESTAMP)
        .filter(role -> roles.contains(role.id()))
        .toList();
  }
}
