package dev.chancery.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A SQLite file. */
record SqliteSource(Path file) implements LedgerSource {
  @Override
  public LedgerStore openForReading() throws SQLException {
    Connection connection = Sqlite.openForReading(file);
    try {
      return new SqliteStore(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public void requireSchema(LedgerStore store) throws SQLException {
    Sqlite.requireSchema(store.connection, file);
  }

  @Override
  public String sizeQuery() {
    return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
