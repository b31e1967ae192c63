package dev.chancery.metadata;

import dev.chancery.api.Role;
import java.util.Set;

/**
 * What the form of one repository's TUF 1.0 metadata may deviate in.
 *
 * @param requireHashes whether every file named must have hashes (RULES TT-3)
 * @param nonAsciiNames whether names may have characters beyond ASCII, of the Basic Multilingual
 *     Plane (RULES C-6)
 * @param timestampFields names of members, beginning {@code x-}, that a timestamp may have beside
 *     its own (RULES TC-3)
 * @param snapshotFields the same of snapshots
 */
public record TufForm(
    boolean requireHashes,
    boolean nonAsciiNames,
    Set<String> timestampFields,
    Set<String> snapshotFields) {
  /** No hashes needed, names in ASCII, no other members. */
  public static final TufForm DEFAULT = new TufForm(false, false, Set.of(), Set.of());

  private static final String PREFIX = "x-";

  public TufForm {
    timestampFields = Set.copyOf(timestampFields);
    snapshotFields = Set.copyOf(snapshotFields);
    if (!timestampFields.stream().allMatch(name -> name.startsWith(PREFIX))
        || !snapshotFields.stream().allMatch(name -> name.startsWith(PREFIX))) {
      throw new IllegalArgumentException("names of additional members begin with " + PREFIX);
    }
  }

  Set<String> fields(Role role) {
    return switch (role) {
      case TIMESTAMP -> timestampFields;
      case SNAPSHOT -> snapshotFields;
    };
  }
}
