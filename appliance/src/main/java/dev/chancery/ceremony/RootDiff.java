package dev.chancery.ceremony;

import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a new root changes, from the parsed documents and never from their text (CEREMONY section
 * 6).
 *
 * @param before the old root; empty for a first one
 * @param after the new one
 * @param roles one for each of the four, in the order of {@link RootDocument#ROLES}
 */
public record RootDiff(Optional<RootDocument> before, RootDocument after, List<RoleChange> roles) {
  /** The members that tell the repository's form and are no list of keys. */
  private static final List<String> FORM = List.of("consistent_snapshot", "spec_version");

  public static RootDiff of(Optional<RootDocument> before, RootDocument after) {
    return new RootDiff(
        before,
        after,
        RootDocument.ROLES.stream().map(role -> RoleChange.of(role, before, after)).toList());
  }

  /** The change of one of the four roles. */
  public RoleChange role(String name) {
    return roles.get(RootDocument.ROLES.indexOf(name));
  }

  /** Ids that stayed while what they stand for changed; refused always (RULES TR-5). */
  public List<String> changedContents() {
    Map<String, RootKey> old = before.map(RootDocument::keys).orElse(Map.of());
    return after.keys().values().stream()
        .filter(
            key ->
                Optional.ofNullable(old.get(key.id()))
                    .filter(known -> !known.object().equals(key.object()))
                    .isPresent())
        .map(RootKey::id)
        .toList();
  }

  /** Members whose value changes, comes or goes, by path, of those that are no keys of a role. */
  public List<Change> otherMembers() {
    TreeSet<String> names = new TreeSet<>(after.extras().keySet());
    before.ifPresent(root -> names.addAll(root.extras().keySet()));
    names.addAll(FORM);
    return names.stream()
        .map(
            name -> new Change(name, before.flatMap(root -> value(root, name)), value(after, name)))
        .filter(change -> change.before().isPresent() || change.after().isPresent())
        .toList();
  }

  /** A member and its values. */
  public record Change(String name, Optional<JsonValue> before, Optional<JsonValue> after) {
    public boolean isChange() {
      return !before.equals(after);
    }
  }

  /** How many keys roles win and lose. */
  public int keysChanged() {
    return roles.stream().mapToInt(role -> role.added().size() + role.removed().size()).sum();
  }

  /** Whether no role changes. */
  boolean keepsRoles() {
    return roles.stream().noneMatch(role -> role.changesKeys() || role.changesThreshold());
  }

  private static Optional<JsonValue> value(RootDocument root, String name) {
    return Optional.ofNullable(
        FORM.contains(name) ? root.signed().get(name) : root.extras().get(name));
  }
}
