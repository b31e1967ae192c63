package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Rows beside the hash each follows: two that follow the same one cannot both be stored. */
final class PostgresRowTable extends RowTable {
  PostgresRowTable(Statements statements) {
    super(statements);
  }

  @Override
  void append(long sequence, Sha256 previous, byte[] row) throws SQLException {
    PreparedStatement insert =
        statements.of("INSERT INTO ledger_row (sequence, previous, body) VALUES (?, ?, ?)");
    insert.setLong(1, sequence);
    insert.setBytes(2, previous.bytes());
    insert.setBytes(3, packed(row));
    statements.runLater(insert, TABLE);
  }
}
