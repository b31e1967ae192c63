package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.CompactRange;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Table {@code tree_hash}: the RFC 6962 hash of each complete block of 256 rows. */
final class TreeTable {
  /** A block is a subtree of 2^8 rows. */
  static final int BLOCK_LEVEL = 8;

  /** Rows in a block. */
  static final int BLOCK = 1 << BLOCK_LEVEL;

  private static final String TABLE = "tree_hash";

  private final Statements statements;
  private final RowTable rows;
  private final SegmentTable segments;

  // The rows of the block that is not complete; others may have written some of them.
  private CompactRange block = new CompactRange();
  private long next;

  TreeTable(Statements statements, RowTable rows) {
    this.statements = statements;
    this.rows = rows;
    this.segments = new SegmentTable(statements);
  }

  /** Takes the hash of the row just appended; the last of a block completes it. */
  void append(long sequence, Sha256 leafHash) throws SQLException {
    if (next != sequence) {
      reload(sequence);
    }
    block.append(leafHash);
    next = sequence + 1;
    if (next % BLOCK == 0) {
      insert(sequence / BLOCK, block.root());
      block = new CompactRange();
    }
  }

  /** Takes the hash of a row that another node appended, and its block where it completed one. */
  void follow(long sequence, Sha256 leafHash) {
    if (next == sequence) {
      block.append(leafHash);
      next = sequence + 1;
      if (next % BLOCK == 0) {
        block = new CompactRange();
      }
    }
  }

  /** After a rollback: what is remembered of rows may never have been. */
  void forget() {
    next = -1;
  }

  private void reload(long end) throws SQLException {
    block = new CompactRange();
    rows.each(end - end % BLOCK, end, (row, body) -> block.append(RowChain.hash(body)));
    if (block.size() != end % BLOCK) {
      throw new LedgerException("rows before row " + end + " are lost");
    }
  }

  private void insert(long number, Sha256 hash) throws SQLException {
    PreparedStatement insert = statements.of("INSERT INTO tree_hash (number, hash) VALUES (?, ?)");
    insert.setLong(1, number);
    insert.setBytes(2, hash.bytes());
    statements.runLater(insert, TABLE);
  }

  /** The hash of one row, which is its leaf hash. */
  Sha256 rowHash(long sequence) throws SQLException {
    Optional<byte[]> row = rows.get(sequence);
    if (row.isEmpty()) {
      throw segments.missing(sequence);
    }
    return RowChain.hash(row.get());
  }

  /** The root over {@code count} complete blocks from {@code first} on. */
  Sha256 blocks(long first, long count) throws SQLException {
    CompactRange range = new CompactRange();
    PreparedStatement select =
        statements.of(
            "SELECT number, hash FROM tree_hash WHERE number >= ? AND number < ? ORDER BY number");
    select.setLong(1, first);
    select.setLong(2, first + count);
    try (ResultSet row = statements.query(select, TABLE)) {
      while (row.next()) {
        while (first + range.size() < row.getLong(1)) {
          range.append(computed(first + range.size()));
        }
        range.append(Sha256.fromBytes(row.getBytes(2)));
      }
    }
    while (range.size() < count) {
      range.append(computed(first + range.size()));
    }
    return range.root();
  }

  // Where the table lacks it.
  private Sha256 computed(long number) throws SQLException {
    CompactRange computed = new CompactRange();
    for (long row = number * BLOCK; row < (number + 1) * BLOCK; row++) {
      computed.append(rowHash(row));
    }
    return computed.root();
  }
}
