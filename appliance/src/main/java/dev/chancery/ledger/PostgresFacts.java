package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a PostgreSQL server and a login on it are like.
 *
 * @param version as {@code server_version} has it
 * @param versionNumber as {@code server_version_num} has it: 150008 for 15.8
 * @param standbys {@code synchronous_standby_names}; empty where a commit waits for no standby
 * @param superuser whether the login may do everything
 * @param owner whether the login owns the rows' table, and so could switch its triggers off
 * @param schema the version of the tables
 */
public record PostgresFacts(
    String version,
    int versionNumber,
    String fsync,
    String fullPageWrites,
    String synchronousCommit,
    String standbys,
    boolean superuser,
    boolean owner,
    int schema) {
  /** Whether a commit that was reported survives a crash of the server. */
  public boolean durable() {
    return !fsync.equals("off")
        && !fullPageWrites.equals("off")
        && (synchronousCommit.equals("on") || synchronousCommit.equals("remote_apply"));
  }

  /** What of the settings is too weak, in words; all three. */
  public String settings() {
    return "fsync = "
        + fsync
        + ", full_page_writes = "
        + fullPageWrites
        + ", synchronous_commit = "
        + synchronousCommit;
  }

  static PostgresFacts read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('server_version'),"
                    + " current_setting('server_version_num')::integer, current_setting('fsync'),"
                    + " current_setting('full_page_writes'), current_setting('synchronous_commit'),"
                    + " current_setting('synchronous_standby_names'),"
                    + " current_setting('is_superuser') = 'on',"
                    + " (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c"
                    + " WHERE c.oid = to_regclass('ledger_row'))")) {
      row.next();
      return new PostgresFacts(
          row.getString(1),
          row.getInt(2),
          row.getString(3),
          row.getString(4),
          row.getString(5),
          row.getString(6),
          row.getBoolean(7),
          row.getBoolean(8),
          PostgresSchema.version(connection));
    }
  }
}
