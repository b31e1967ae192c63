package dev.chancery.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;

/**
 * A ledger in a PostgreSQL database that several nodes share: each judges its batch on the newest
 * row of all, which it holds until its own rows are durable (ADR-0012).
 */
public final class PostgresLedger extends StoredLedger {
  private PostgresLedger(LedgerReader reader, LedgerWriter writer) {
    super(reader, writer);
  }

  /**
   * Makes a new, empty ledger.
   *
   * @param url {@code jdbc:postgresql://host:port/database}; the database exists and has no ledger
   * @param login user, password and TLS, as pgjdbc names them
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   */
  public static void create(String url, Properties login, String ledgerId, Instant now) {
    PostgresSource source = new PostgresSource(url, login);
    try (PostgresStore store = new PostgresStore(source::connectForWriting)) {
      source.createSchema(store.connection);
      LedgerWriter.writeGenesis(store, ledgerId, now);
      store.insertHead();
      store.commit();
    } catch (SQLException e) {
      throw new LedgerException(source + " cannot be made a ledger: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a ledger for reading and writing, beside other nodes.
   *
   * @param clock dates the summaries of refusals
   * @throws LedgerException if there is none, another version of this program made it, the server
   *     may forget commits, or it cannot be reached
   */
  public static PostgresLedger open(String url, Properties login, InstantSource clock) {
    PostgresSource source = new PostgresSource(url, login);
    LedgerReader reader = new LedgerReader(source);
    LedgerHead head = reader.head();
    try {
      PostgresStore store = new PostgresStore(source::connectForWriting);
      return new PostgresLedger(reader, new LedgerWriter(store, head, clock));
    } catch (SQLException e) {
      throw new LedgerException(source + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** A reader of the database, beside writers or without one. */
  public static LedgerReader reader(String url, Properties login) {
    return new LedgerReader(new PostgresSource(url, login));
  }
}
