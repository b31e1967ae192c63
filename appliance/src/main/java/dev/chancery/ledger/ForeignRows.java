package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What other nodes wrote, and what of the derived state that may have changed.
 *
 * @param rows the rows, oldest first; none where there are too many to look at each
 * @param keys the numbers of all keys they name
 * @param bound keys that were made, or whose status changed
 * @param admitted keys that have an admitted row, or a watermark by somebody's word
 * @param roots repositories that have a new root
 * @param everything whether anything may have changed
 */
record ForeignRows(
    List<byte[]> rows,
    Collection<Integer> keys,
    Set<KeyId> bound,
    Set<KeyId> admitted,
    Set<RepositoryName> repositories,
    Set<RepositoryName> roots,
    Set<String> callers,
    boolean everything) {
  /** Finds the numbers of keys. */
  @FunctionalInterface
  interface Numbers {
    Collection<Integer> of(Set<KeyId> keys) throws SQLException;
  }

  /** More rows than it is worth to look at. */
  static ForeignRows tooMany() {
    return new ForeignRows(
        List.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), true);
  }

  static ForeignRows of(List<byte[]> rows, Numbers numbers) throws SQLException {
    Set<KeyId> keys = new HashSet<>();
    Set<KeyId> bound = new HashSet<>();
    Set<KeyId> admitted = new HashSet<>();
    Set<RepositoryName> repositories = new HashSet<>();
    Set<RepositoryName> roots = new HashSet<>();
    Set<String> callers = new HashSet<>();
    boolean everything = false;
    for (byte[] body : rows) {
      ParsedRow row = ParsedRow.of(body);
      String kind = row.text("kind");
      everything |= kind.equals("ledger-re-base");
      row.optionalText("caller").ifPresent(callers::add);
      row.optionalText("repository").map(RepositoryName::new).ifPresent(repositories::add);
      if (kind.equals("root")) {
        roots.add(new RepositoryName(row.text("repository")));
      }
      KeyId key = row.optionalText("keyid").map(KeyId::new).orElse(null);
      if (key != null) {
        keys.add(key);
        if (kind.equals("key") || kind.equals("key-status")) {
          bound.add(key);
        } else if (Outcome.isAdmission(row) || row.optionalNumber("watermarkAfter").isPresent()) {
          admitted.add(key);
        }
      }
    }
    return new ForeignRows(
        rows, numbers.of(keys), bound, admitted, repositories, roots, callers, everything);
  }
}
