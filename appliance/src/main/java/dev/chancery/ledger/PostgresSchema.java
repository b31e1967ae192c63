package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The tables' version, and the steps from one to the next (Flyway; {@code postgresql/V*.sql}). The
 * head row carries it, so that a node notices at its next batch when another program changed the
 * tables under it.
 */
final class PostgresSchema {
  /** What this program reads and writes. */
  static final int VERSION = 3;

  private PostgresSchema() {}

  /**
   * Makes sure that this program understands tables of version {@code found}.
   *
   * @throws LedgerException if it does not
   */
  static void require(String place, int found) {
    if (found > VERSION) {
      throw new LedgerException(
          place
              + " has ledger schema "
              + found
              + ", this program knows "
              + VERSION
              + " at most: a newer program made it; use that one");
    }
    if (found < VERSION) {
      throw new LedgerException(
          place
              + " has ledger schema "
              + found
              + ", this program needs "
              + VERSION
              + ": stop all nodes, then run 'chancery ledger migrate'");
    }
  }

  /** The version of the tables, which are there. */
  static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT schema FROM ledger_head")) {
      return row.next() ? row.getInt(1) : VERSION;
    }
  }

  /**
   * Makes the tables, or brings them to this program's version; does nothing where they are.
   *
   * @param upTo the last step; null for all
   * @return how many steps were taken
   * @throws LedgerException if a step fails, and then none of them was taken
   */
  static int migrate(PostgresPlace place, @Nullable Integer upTo) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(place.jdbcUrl());
    Properties properties = place.properties();
    try {
      for (String name : properties.stringPropertyNames()) {
        source.setProperty(name, properties.getProperty(name));
      }
      FluentConfiguration steps =
          Flyway.configure(PostgresSchema.class.getClassLoader())
              .dataSource(source)
              .locations("classpath:dev/chancery/ledger/postgresql")
              .failOnMissingLocations(true)
              .group(true)
              .cleanDisabled(true);
      if (upTo != null) {
        steps.target(String.valueOf(upTo));
      }
      return steps.load().migrate().migrationsExecuted;
    } catch (SQLException | FlywayException e) {
      throw new LedgerException(
          place + " cannot be given the ledger's tables: " + e.getMessage(), e);
    }
  }
}
