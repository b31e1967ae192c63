package dev.chancery.migrate;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a trust server serves for one repository now.
 *
 * @param keys those that the current root names for each role; one, except in roots made by hand
 * @param versions of the documents that could be read and whose signatures verified
 * @param problems why one could not, in words
 */
public record Published(
    Map<Role, Set<KeyId>> keys, Map<Role, Version> versions, Map<Role, String> problems) {
  public Published {
    keys = Map.copyOf(keys);
    versions = Map.copyOf(versions);
    problems = Map.copyOf(problems);
  }

  /** The keys of {@code role}. */
  public Set<KeyId> keys(Role role) {
    return keys.getOrDefault(role, Set.of());
  }

  /** The current version of {@code role}'s document, if it could be read. */
  public Optional<Version> version(Role role) {
    return Optional.ofNullable(versions.get(role));
  }
}
