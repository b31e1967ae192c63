package dev.chancery.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which archived rows stay in the tables all the same, because something is answered or checked
 * with them: some for each key and checkpoint, none for each decision.
 *
 * <ul>
 *   <li>All rows of the kinds that are seldom and that derived state follows from: {@link #SELDOM}.
 *   <li>The contents at each key's watermark and the rows that hold their signatures, so that a
 *       lost answer can be repeated; each key's first admission and the row that took its watermark
 *       back last.
 *   <li>The newest row that shows the time, and the newest checkpoint.
 *   <li>The last row that each checkpoint covers: a checkpoint that the token or somebody else kept
 *       names its hash.
 * </ul>
 *
 * <p>A row that is not needed now is never needed later: what a watermark is set back to stands in
 * a new row.
 */
final class KeptRows {
  private static final Set<String> SELDOM =
      Set.of(
          "genesis",
          "key",
          "key-status",
          "repository",
          "audit-key",
          "re-base",
          "ledger-re-base",
          "watermark-import",
          "archive");

  private static final List<String> BY_STATE =
      List.of(
          "SELECT sequence FROM content",
          "SELECT i.sequence FROM issued i JOIN content c ON i.content = c.sequence",
          "SELECT first_sequence FROM key_state",
          "SELECT lowered_by FROM key_state");

  private KeptRows() {}

  /** Those from row {@code first} to {@code last}, as of this transaction. */
  static SortedSet<Long> of(LedgerStore store, long first, long last) throws SQLException {
    TreeSet<Long> kept = new TreeSet<>();
    for (String query : BY_STATE) {
      PreparedStatement select = store.statements.of(query);
      try (ResultSet row = store.statements.query(select)) {
        while (row.next()) {
          kept.add(row.getLong(1));
        }
      }
    }
    store.settings.timeWitness().ifPresent(kept::add);
    store.settings.checkpoint().ifPresent(kept::add);
    store.rows.each(
        first,
        last + 1,
        (sequence, body) -> {
          ParsedRow row = ParsedRow.of(body);
          String kind = row.text("kind");
          if (SELDOM.contains(kind)) {
            kept.add(sequence);
          } else if (kind.equals("checkpoint")) {
            kept.add(row.number("treeSize") - 1);
          }
        });
    return new TreeSet<>(kept.subSet(first, true, last, true));
  }
}
