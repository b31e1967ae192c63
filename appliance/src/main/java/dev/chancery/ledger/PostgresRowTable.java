package dev.chancery.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;

/** Rows beside the hash each follows: two that follow the same one cannot both be stored. */
final class PostgresRowTable extends RowTable {
  PostgresRowTable(Statements statements) {
    super(statements);
  }

  @Override
  void append(long sequence, byte[] row) throws SQLException {
    PreparedStatement insert =
        statements.of("INSERT INTO ledger_row (sequence, previous, body) VALUES (?, ?, ?)");
    insert.setLong(1, sequence);
    insert.setBytes(2, HexFormat.of().parseHex(ParsedRow.of(row).text("previous")));
    insert.setBytes(3, packed(row));
    statements.run(insert);
  }
}
