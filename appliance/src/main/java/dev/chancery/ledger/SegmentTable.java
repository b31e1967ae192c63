package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Table {@code segment}: which rows were archived, and into what. */
final class SegmentTable {
  /** A segment as it stands here. */
  record Stored(long first, long through, long row, long length, Sha256 sha256) {
    @Override
    public String toString() {
      return "the segment of rows " + first + " to " + through + ", SHA-256 " + sha256.hex();
    }
  }

  private final Statements statements;

  SegmentTable(Statements statements) {
    this.statements = statements;
  }

  /** All of them, in the order of their rows. */
  List<Stored> all() throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT first, through, sequence, length, sha256 FROM segment ORDER BY through");
    List<Stored> segments = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        segments.add(
            new Stored(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                Sha256.fromBytes(row.getBytes(5))));
      }
    }
    return segments;
  }

  /** The last row that is in a segment; −1 if there is none. */
  long through() throws SQLException {
    PreparedStatement select = statements.of("SELECT COALESCE(MAX(through), -1) FROM segment");
    try (ResultSet row = statements.query(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  void insert(Segment segment, long archiveRow) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO segment (first, through, sequence, length, sha256)"
                + " VALUES (?, ?, ?, ?, ?)");
    insert.setLong(1, segment.first());
    insert.setLong(2, segment.through());
    insert.setLong(3, archiveRow);
    insert.setLong(4, segment.length());
    insert.setBytes(5, segment.sha256().bytes());
    statements.run(insert);
  }

  /** Why a row that should be there is not. */
  LedgerException missing(long sequence) throws SQLException {
    return all().stream()
        .filter(each -> each.first() <= sequence && sequence <= each.through())
        .findFirst()
        .map(each -> new LedgerException("row " + sequence + " was archived: it is in " + each))
        .orElseGet(() -> new LedgerException("row " + sequence + " is lost"));
  }
}
