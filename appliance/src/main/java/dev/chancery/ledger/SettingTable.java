package dev.chancery.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Table {@code setting}: single values. */
final class SettingTable {
  private static final String EPOCH = "epoch";
  private static final String CHECKPOINT = "newest-checkpoint";
  private static final String TIME_WITNESS = "newest-time-witness";
  private static final String SWEPT = "swept";
  private static final String GIVEN_UP = "given-up";

  private final Statements statements;

  SettingTable(Statements statements) {
    this.statements = statements;
  }

  /** The highest epoch of a checkpoint on the record; 0 if there is none. */
  long epoch() throws SQLException {
    return number(EPOCH).orElse(0L);
  }

  void setEpoch(long epoch) throws SQLException {
    set(EPOCH, String.valueOf(epoch));
  }

  /** The newest row of kind checkpoint; empty if there is none, or an older program wrote it. */
  Optional<Long> checkpoint() throws SQLException {
    return number(CHECKPOINT);
  }

  void setCheckpoint(long sequence) throws SQLException {
    set(CHECKPOINT, String.valueOf(sequence));
  }

  /** Archived rows before this one are deleted, but those that are kept. */
  long swept() throws SQLException {
    return number(SWEPT).orElse(0L);
  }

  void setSwept(long end) throws SQLException {
    set(SWEPT, String.valueOf(end));
  }

  /** The newest row that shows the time, as {@link TimeWitness} has it; empty as above. */
  Optional<Long> timeWitness() throws SQLException {
    return number(TIME_WITNESS);
  }

  void setTimeWitness(long sequence) throws SQLException {
    set(TIME_WITNESS, String.valueOf(sequence));
  }

  private Optional<Long> number(String name) throws SQLException {
    PreparedStatement select = statements.of("SELECT value FROM setting WHERE name = ?");
    select.setString(1, name);
    try (ResultSet row = statements.query(select)) {
      return row.next() ? Optional.of(Long.parseLong(row.getString(1))) : Optional.empty();
    }
  }

  /** The highest epoch that a {@code ledger-re-base} gave up; 0 if there was none. */
  long givenUp() throws SQLException {
    return number(GIVEN_UP).orElse(0L);
  }

  void setGivenUp(long epoch) throws SQLException {
    set(GIVEN_UP, String.valueOf(epoch));
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
