package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Table {@code ledger_row}: the rows themselves, packed. */
class RowTable implements AutoCloseable {
  /** Takes a row; false ends the reading. */
  @FunctionalInterface
  interface Search {
    boolean goesOn(byte[] row) throws SQLException;
  }

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
    PreparedStatement select =
        statements.of(
            "SELECT sequence, body FROM ledger_row WHERE sequence >= ? ORDER BY sequence");
    select.setLong(1, from);
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        reader.row(row.getLong(1), unpacked(row, 2));
      }
    }
  }

  /** Passes the exact bytes of each row from {@code from} to before {@code end}, in order. */
  void range(long from, long end, Ledger.RowReader reader) throws SQLException {
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

  /** Passes rows to {@code search}, the newest first. */
  void newestFirst(Search search) throws SQLException {
    PreparedStatement select = statements.of("SELECT body FROM ledger_row ORDER BY sequence DESC");
    try (ResultSet row = statements.query(select)) {
      boolean goesOn = true;
      while (goesOn && row.next()) {
        goesOn = search.goesOn(unpacked(row, 1));
      }
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
