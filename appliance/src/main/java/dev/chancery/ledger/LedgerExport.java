package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Sha256;
import dev.chancery.audit.CompactRange;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedNote;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes exports (docs/ledger-format.md, "Exports") as of one read transaction. */
final class LedgerExport {
  private final LedgerStore store;
  private final LedgerTree tree;

  LedgerExport(LedgerStore store, LedgerTree tree) {
    this.store = store;
    this.tree = tree;
  }

  /** The newest checkpoint in the rows, as a note. */
  record Newest(CheckpointRow row, SignedNote note) {}

  void write(long from, long to, OutputStream out) throws SQLException, IOException {
    long size = ParsedRow.of(store.rows.last()).number("sequence") + 1;
    long end = Math.min(to, size);
    if (from < 0 || from >= end) {
      throw new LedgerException("there are no rows " + from + " to " + (to - 1) + " of " + size);
    }
    if (from < store.settings.swept()) {
      throw store.segments.missing(from);
    }
    out.write(header(from, end).line());
    out.write('\n');
    long[] next = {from};
    try {
      store.rows.each(
          from,
          end,
          (sequence, row) -> {
            if (sequence != next[0]++) {
              throw new LedgerException("row " + (next[0] - 1) + " is lost");
            }
            line(row, out);
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (next[0] != end) {
      throw new LedgerException("row " + next[0] + " is lost");
    }
  }

  private static void line(byte[] row, OutputStream out) {
    try {
      out.write(row);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExportHeader header(long from, long end) throws SQLException {
    String ledgerId = ledgerId(store);
    Newest newest = newest(store, ledgerId).orElse(null);
    return new ExportHeader(
        ledgerId,
        from,
        end - from,
        before(from),
        newest == null ? List.of() : lines(newest.note()),
        consistency(newest, end));
  }

  private List<Sha256> consistency(@Nullable Newest newest, long end) {
    return newest == null || newest.row().checkpoint().treeSize() <= end
        ? List.of()
        : MerkleTree.consistencyProof(end, newest.row().checkpoint().treeSize(), tree);
  }

  static List<String> lines(SignedNote note) {
    return note.toString().lines().toList();
  }

  static String ledgerId(LedgerStore store) throws SQLException {
    return ParsedRow.of(
            store.rows.get(0).orElseThrow(() -> new LedgerException("there is no first row")))
        .text("ledger");
  }

  private List<Sha256> before(long from) {
    CompactRange range = new CompactRange();
    for (int level = Long.SIZE - 2; level >= 0; level--) {
      if ((from >> level & 1) == 1) {
        range.append(level, tree.hash(level, range.size() >> level));
      }
    }
    return range.subtrees();
  }

  /** The newest checkpoint, if the key that signed it is on the record. */
  static Optional<Newest> newest(LedgerStore store, String ledgerId) throws SQLException {
    CheckpointRow row =
        store
            .rows
            .newest(store.settings.checkpoint(), each -> each.text("kind").equals("checkpoint"))
            .map(each -> CheckpointRow.of(ledgerId, each))
            .orElse(null);
    if (row == null) {
      return Optional.empty();
    }
    return store.auditKeys.all().stream()
        .filter(key -> key.id().hex().equals(row.auditKey()))
        .findFirst()
        .map(key -> row.checkpoint().signed(key.noteKey(ledgerId), row.signature()))
        .map(note -> new Newest(row, note));
  }

  static NoteKey key(String ledgerId, ParsedRow row) {
    return NoteKey.of(
        ledgerId,
        Algorithm.of(row.text("algorithm")),
        Base64.getDecoder().decode(row.text("publicKey")));
  }
}
