package dev.chancery.ceremony;

import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import dev.chancery.metadata.RootRole;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of one role.
 *
 * @param role its name
 * @param before what the old root says of it; empty for a first root
 * @param after what the new root says
 * @param kept keys that were in it and stay under their id
 * @param added keys that come, perhaps known ones under a new id
 * @param removed keys that go
 */
public record RoleChange(
    String role,
    Optional<RootRole> before,
    RootRole after,
    List<RootKey> kept,
    List<RootKey> added,
    List<RootKey> removed) {
  static RoleChange of(String role, Optional<RootDocument> before, RootDocument after) {
    List<RootKey> old = before.map(root -> root.keysOf(role)).orElse(List.of());
    Set<String> oldIds = ids(old);
    List<RootKey> now = after.keysOf(role);
    Set<String> newIds = ids(now);
    return new RoleChange(
        role,
        before.map(root -> root.role(role)),
        after.role(role),
        now.stream().filter(key -> oldIds.contains(key.id())).toList(),
        now.stream().filter(key -> !oldIds.contains(key.id())).toList(),
        old.stream().filter(key -> !newIds.contains(key.id())).toList());
  }

  /** Whether another number of keys must sign. */
  public boolean changesThreshold() {
    return before.filter(old -> old.threshold() == after.threshold()).isEmpty();
  }

  /** Whether keys come or go. */
  public boolean changesKeys() {
    return !added.isEmpty() || !removed.isEmpty();
  }

  /** Whether the same public keys stay, under whatever id. */
  boolean keepsPublicKeys() {
    return fingerprints(added).equals(fingerprints(removed));
  }

  /** Whether no public key stays. */
  boolean keepsNoPublicKey() {
    Set<Sha256> old = fingerprints(removed);
    return kept.isEmpty() && fingerprints(added).stream().noneMatch(old::contains);
  }

  private static Set<String> ids(List<RootKey> keys) {
    return keys.stream().map(RootKey::id).collect(Collectors.toSet());
  }

  private static Set<Sha256> fingerprints(List<RootKey> keys) {
    return keys.stream().flatMap(key -> key.fingerprint().stream()).collect(Collectors.toSet());
  }
}
