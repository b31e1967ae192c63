package dev.chancery.cli.doctor;

import dev.chancery.ledger.PostgresFacts;

/** The database server: that it keeps what it says it has committed, and who else may change it. */
final class PostgresCheck {
  /** Of these every feature used is older, and every patch release still made. */
  private static final int OLDEST = 140_000;

  private final Report report;

  PostgresCheck(Report report) {
    this.report = report;
  }

  void run(PostgresFacts server) {
    String version = "PostgreSQL " + server.version() + ", ledger schema " + server.schema();
    if (server.versionNumber() < OLDEST) {
      report.fail("database", version, "use PostgreSQL 14 or later");
    } else {
      report.ok("database", version);
    }
    if (server.durable()) {
      report.ok("database", server.settings() + "; nodes take turns at the row ledger_head");
    } else {
      report.fail(
          "database",
          server.settings() + ": a crash could take back what was committed",
          "set fsync and full_page_writes on, synchronous_commit on or remote_apply; the server"
              + " signs nothing before");
    }
    if (server.standbys().isEmpty()) {
      report.warn(
          "database",
          "synchronous_standby_names is empty: a standby that takes over may lack the newest rows",
          "name a synchronous standby if there is one; docs/postgresql.md, \"Failover\"");
    }
    privileges(server);
  }

  private void privileges(PostgresFacts server) {
    if (server.superuser()) {
      report.warn(
          "database",
          "the login is a superuser: it can change rows though triggers forbid it",
          "give it a role of its own; docs/postgresql.md, \"Roles\"");
    } else if (server.owner()) {
      report.warn(
          "database",
          "the login owns the tables: it can switch their triggers off",
          "let another role own them; docs/postgresql.md, \"Roles\"");
    }
  }
}
