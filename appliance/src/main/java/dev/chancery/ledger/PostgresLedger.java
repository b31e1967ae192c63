package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * A ledger in a PostgreSQL database that several nodes share: each judges its batch on the newest
 * row of all, which it holds until its own rows are durable (ADR-0012).
 */
public final class PostgresLedger extends StoredLedger {
  private PostgresLedger(LedgerReader reader, LedgerWriter writer) {
    super(reader, writer);
  }

  /**
   * Makes a new, empty ledger; its tables, too, unless they have been prepared.
   *
   * @param place the database exists and has no ledger
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   */
  public static void create(PostgresPlace place, String ledgerId, Instant now) {
    PostgresSource source = new PostgresSource(place);
    try (PostgresStore store = new PostgresStore(source::connectForWriting)) {
      if (!store.isPrepared()) {
        store.commit();
        PostgresSchema.migrate(place, null);
      }
      if (store.hasHead()) {
        throw new LedgerException(place + " has a ledger already; a ledger is made only once");
      }
      LedgerWriter.writeGenesis(store, ledgerId, now);
      store.insertHead();
      store.commit();
    } catch (SQLException e) {
      throw new LedgerException(place + " cannot be made a ledger: " + e.getMessage(), e);
    }
  }

  /**
   * Makes the tables in an empty database, or brings those of an older program to this one's; no
   * node may be running.
   *
   * @return how many steps were taken
   * @throws LedgerException if it fails; the tables are then as before
   */
  public static int migrate(PostgresPlace place) {
    return PostgresSchema.migrate(place, null);
  }

  /**
   * Opens a ledger for reading and writing, beside other nodes.
   *
   * @param clock dates the summaries of refusals
   * @throws LedgerException if there is none, another version of this program made it, the server
   *     may forget commits, or it cannot be reached
   */
  public static PostgresLedger open(PostgresPlace place, InstantSource clock) {
    PostgresSource source = new PostgresSource(place);
    LedgerReader reader = new LedgerReader(source);
    LedgerHead head = reader.head();
    try {
      PostgresStore store = new PostgresStore(source::connectForWriting);
      store.follow(head);
      return new PostgresLedger(reader, new LedgerWriter(store, head, clock));
    } catch (SQLException e) {
      throw new LedgerException(place + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /**
   * What the server and the login are like; also where they may not be used.
   *
   * @throws LedgerException if it cannot be asked
   */
  public static PostgresFacts facts(PostgresPlace place) {
    PostgresSource source = new PostgresSource(place);
    try (Connection connection = source.connectForReading()) {
      return PostgresFacts.read(connection);
    } catch (SQLException e) {
      throw new LedgerException(place + " cannot be asked: " + e.getMessage(), e);
    }
  }

  @Override
  public CompletableFuture<Void> catchUp() {
    return batch();
  }

  /** A reader of the database, beside writers or without one. */
  public static LedgerReader reader(PostgresPlace place) {
    return new LedgerReader(new PostgresSource(place));
  }
}
