package dev.chancery.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** Table {@code setting}: single values. */
final class SettingTable {
  private static final String EPOCH = "epoch";
  private static final String GIVEN_UP = "given-up";

  private final Statements statements;

  SettingTable(Statements statements) {
    this.statements = statements;
  }

  /** The highest epoch of a checkpoint on the record; 0 if there is none. */
  long epoch() throws SQLException {
    return number(EPOCH);
  }

  void setEpoch(long epoch) throws SQLException {
    set(EPOCH, String.valueOf(epoch));
  }

  /** The highest epoch that a {@code ledger-re-base} gave up; 0 if there was none. */
  long givenUp() throws SQLException {
    return number(GIVEN_UP);
  }

  void setGivenUp(long epoch) throws SQLException {
    set(GIVEN_UP, String.valueOf(epoch));
  }

  private long number(String name) throws SQLException {
    PreparedStatement select = statements.of("SELECT value FROM setting WHERE name = ?");
    select.setString(1, name);
    try (ResultSet row = statements.query(select)) {
      return row.next() ? Long.parseLong(row.getString(1)) : 0;
    }
  }

  /** Writes something that means nothing, to see whether writing works. */
  void touch(Instant now) throws SQLException {
    set("touched", now.toString());
  }

  private void set(String name, String value) throws SQLException {
    PreparedStatement upsert =
        statements.of(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    upsert.setString(1, name);
    upsert.setString(2, value);
    statements.run(upsert);
  }
}
