package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Table {@code ledger_row}: the rows themselves, packed. */
class RowTable implements AutoCloseable {
  static final String TABLE = "ledger_row";

  final Statements statements;
  private final RowPacker packer = new RowPacker();

  RowTable(Statements statements) {
    this.statements = statements;
  }

  /**
   * Adds the newest row.
   *
   * @param previous the hash of the row before it
   */
  void append(long sequence, Sha256 previous, byte[] row) throws SQLException {
    append(sequence, row);
  }

  final void append(long sequence, byte[] row) throws SQLException {
    PreparedStatement insert =
        statements.of("INSERT INTO ledger_row (sequence, body) VALUES (?, ?)");
    insert.setLong(1, sequence);
    insert.setBytes(2, packed(row));
    statements.runLater(insert, TABLE);
  }

  byte[] packed(byte[] row) {
    return packer.pack(row);
  }

  /** The newest row. */
  byte[] last() throws SQLException {
    PreparedStatement select =
        statements.of("SELECT body FROM ledger_row ORDER BY sequence DESC LIMIT 1");
    return one(select)
        .orElseThrow(
            () -> new LedgerException("there are no rows: it is not a ledger or was damaged"));
  }

  Optional<byte[]> get(long sequence) throws SQLException {
    PreparedStatement select = statements.of("SELECT body FROM ledger_row WHERE sequence = ?");
    select.setLong(1, sequence);
    return one(select);
  }

  private Optional<byte[]> one(PreparedStatement select) throws SQLException {
    try (ResultSet row = statements.query(select, TABLE)) {
      return row.next() ? Optional.of(unpacked(row, 1)) : Optional.empty();
    }
  }

  /** Passes the exact bytes of each row from {@code from} on, in order. */
  void each(long from, Ledger.RowReader reader) throws SQLException {
    each(from, Long.MAX_VALUE, reader);
  }

  /** As above, of those before row {@code end}. */
  void each(long from, long end, Ledger.RowReader reader) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT sequence, body FROM ledger_row WHERE sequence >= ? AND sequence < ?"
                + " ORDER BY sequence");
    select.setLong(1, from);
    select.setLong(2, end);
    try (ResultSet row = statements.query(select, TABLE)) {
      while (row.next()) {
        reader.row(row.getLong(1), unpacked(row, 2));
      }
    }
  }

  /** What the rows of each kind take; a decision's kind is its outcome. */
  Map<String, RowSizes> sizes() throws SQLException {
    Map<String, RowSizes> sizes = new TreeMap<>();
    PreparedStatement select = statements.of("SELECT body FROM ledger_row ORDER BY sequence");
    try (ResultSet result = statements.query(select)) {
      while (result.next()) {
        byte[] stored = result.getBytes(1);
        byte[] body = packer.unpack(stored);
        ParsedRow row = ParsedRow.of(body);
        sizes.merge(
            row.text("kind") + row.optionalText("outcome").map(each -> ", " + each).orElse(""),
            new RowSizes(1, stored.length, body.length),
            RowSizes::and);
      }
    }
    return sizes;
  }

  /** Deletes rows {@code from} to {@code end} − 1, which are in a segment. */
  void delete(long from, long end) throws SQLException {
    PreparedStatement delete =
        statements.of("DELETE FROM ledger_row WHERE sequence >= ? AND sequence < ?");
    delete.setLong(1, from);
    delete.setLong(2, end);
    statements.run(delete);
  }

  /**
   * The newest row that is {@code wanted}.
   *
   * @param remembered where it is; without, or where another is there, all rows are looked through
   */
  Optional<ParsedRow> newest(Optional<Long> remembered, Predicate<ParsedRow> wanted)
      throws SQLException {
    if (remembered.isPresent()) {
      Optional<ParsedRow> there = get(remembered.get()).map(ParsedRow::of).filter(wanted);
      if (there.isPresent()) {
        return there;
      }
    }
    PreparedStatement select = statements.of("SELECT body FROM ledger_row ORDER BY sequence DESC");
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        ParsedRow parsed = ParsedRow.of(unpacked(row, 1));
        if (wanted.test(parsed)) {
          return Optional.of(parsed);
        }
      }
      return Optional.empty();
    }
  }

  /** Passes each row before {@code end} to {@code search}, the newest first. */
  void before(long end, Ledger.RowSearch search) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT sequence, body FROM ledger_row WHERE sequence < ? ORDER BY sequence DESC");
    select.setLong(1, end);
    try (ResultSet row = statements.query(select)) {
      boolean goesOn = true;
      while (goesOn && row.next()) {
        goesOn = search.goesOn(row.getLong(1), unpacked(row, 2));
      }
    }
  }

  /** The row in a column of {@code result} that holds bodies. */
  byte[] unpacked(ResultSet result, int column) throws SQLException {
    return packer.unpack(result.getBytes(column));
  }

  @Override
  public void close() {
    packer.close();
  }
}
