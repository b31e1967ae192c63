package dev.chancery.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Table {@code ledger_row}: the rows themselves. */
final class RowTable {
  private final Statements statements;

  RowTable(Statements statements) {
    this.statements = statements;
  }

  void append(long sequence, byte[] body) throws SQLException {
    PreparedStatement insert =
        statements.of("INSERT INTO ledger_row (sequence, body) VALUES (?, ?)");
    insert.setLong(1, sequence);
    insert.setBytes(2, body);
    statements.run(insert);
  }

  /** The newest row. */
  byte[] last() throws SQLException {
    PreparedStatement select =
        statements.of("SELECT body FROM ledger_row ORDER BY sequence DESC LIMIT 1");
    try (ResultSet row = statements.query(select)) {
      if (!row.next()) {
        throw new SQLException("the ledger has no rows");
      }
      return row.getBytes(1);
    }
  }
}
