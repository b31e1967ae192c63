package dev.chancery.ledger;

import dev.chancery.policy.Bucket;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Table {@code caller_budget}. */
final class CallerTable {
  private static final String TABLE = "caller_budget";

  private final Statements statements;

  CallerTable(Statements statements) {
    this.statements = statements;
  }

  Optional<Bucket> get(String caller) throws SQLException {
    PreparedStatement select =
        statements.of("SELECT level, at FROM caller_budget WHERE caller = ?");
    select.setString(1, caller);
    try (ResultSet row = statements.query(select, TABLE)) {
      return row.next()
          ? Optional.of(new Bucket(row.getDouble(1), Micros.toInstant(row.getLong(2))))
          : Optional.empty();
    }
  }

  /** Passes all of them to {@code reader}, by name. */
  void each(BiConsumer<String, Bucket> reader) throws SQLException {
    PreparedStatement select =
        statements.of("SELECT caller, level, at FROM caller_budget ORDER BY caller");
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        reader.accept(
            row.getString(1), new Bucket(row.getDouble(2), Micros.toInstant(row.getLong(3))));
      }
    }
  }

  void save(String caller, Bucket budget) throws SQLException {
    PreparedStatement upsert =
        statements.of(
            "INSERT INTO caller_budget (caller, level, at) VALUES (?, ?, ?)"
                + " ON CONFLICT (caller) DO UPDATE SET level = excluded.level, at = excluded.at");
    upsert.setString(1, caller);
    upsert.setDouble(2, budget.level());
    upsert.setLong(3, Micros.of(budget.at()));
    statements.runLater(upsert, TABLE);
  }
}
