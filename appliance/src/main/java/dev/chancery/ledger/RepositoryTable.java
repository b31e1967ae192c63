package dev.chancery.ledger;

import dev.chancery.api.Custody;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Version;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Table {@code repository}: what operators said, and the timestamp key admitted last. */
final class RepositoryTable {
  private static final String TABLE = "repository";

  private final Statements statements;

  RepositoryTable(Statements statements) {
    this.statements = statements;
  }

  List<RepositorySettings> all() throws SQLException {
    PreparedStatement select = statements.of("SELECT * FROM repository ORDER BY name");
    List<RepositorySettings> repositories = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        repositories.add(settings(row));
      }
    }
    return repositories;
  }

  /** What is kept of a repository; the usual where there is nothing. */
  RepositorySettings settings(RepositoryName name) throws SQLException {
    PreparedStatement select = statements.of("SELECT * FROM repository WHERE name = ?");
    select.setString(1, name.value());
    try (ResultSet row = statements.query(select, TABLE)) {
      return row.next() ? settings(row) : RepositorySettings.usual(name);
    }
  }

  private static RepositorySettings settings(ResultSet row) throws SQLException {
    return new RepositorySettings(
        new RepositoryName(row.getString("name")),
        Custody.of(row.getString("custody")),
        version(row, "timestamp_start"),
        version(row, "snapshot_start"));
  }

  private static @Nullable Version version(ResultSet row, String column) throws SQLException {
    int number = row.getInt(column);
    return row.wasNull() ? null : new Version(number);
  }

  void save(RepositorySettings settings) throws SQLException {
    int number = number(settings.name());
    PreparedStatement update =
        statements.of(
            "UPDATE repository SET custody = ?, timestamp_start = ?, snapshot_start = ?"
                + " WHERE number = ?");
    update.setString(1, settings.custody().id());
    setVersion(update, 2, settings.timestampStart());
    setVersion(update, 3, settings.snapshotStart());
    update.setInt(4, number);
    statements.run(update);
  }

  private static void setVersion(PreparedStatement statement, int index, @Nullable Version version)
      throws SQLException {
    if (version == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setInt(index, version.number());
    }
  }

  /** Its number; it gets one where it has none. */
  int number(RepositoryName repository) throws SQLException {
    PreparedStatement insert =
        statements.of("INSERT INTO repository (name) VALUES (?) ON CONFLICT DO NOTHING");
    insert.setString(1, repository.value());
    statements.run(insert);
    PreparedStatement select = statements.of("SELECT number FROM repository WHERE name = ?");
    select.setString(1, repository.value());
    return statements.number(select);
  }

  /** The number of the timestamp key admitted last, or 0. */
  int timestampKey(RepositoryName repository) throws SQLException {
    PreparedStatement select =
        statements.of("SELECT COALESCE(timestamp_key, 0) FROM repository WHERE name = ?");
    select.setString(1, repository.value());
    return statements.number(select);
  }

  void setTimestampKey(RepositoryName repository, int key) throws SQLException {
    PreparedStatement update =
        statements.of("UPDATE repository SET timestamp_key = ? WHERE name = ?");
    update.setInt(1, key);
    update.setString(2, repository.value());
    statements.runLater(update, TABLE);
  }
}
