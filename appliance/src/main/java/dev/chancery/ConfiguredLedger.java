package dev.chancery;

import dev.chancery.config.LedgerConfig;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.PostgresLedger;
import dev.chancery.ledger.PostgresPlace;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.ledger.StoredLedger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/** Opens the ledger that the configuration names, wherever it is. */
public final class ConfiguredLedger {
  private ConfiguredLedger() {}

  /**
   * For reading and writing.
   *
   * @param clock dates the summaries of refusals
   * @throws dev.chancery.ledger.LedgerException if it is not there or cannot be used
   */
  public static StoredLedger open(LedgerConfig ledger, InstantSource clock) {
    return switch (ledger) {
      case LedgerConfig.Sqlite(Path file) -> SqliteLedger.open(file, clock);
      case LedgerConfig.Postgresql server -> PostgresLedger.open(place(server), clock);
    };
  }

  /** For reading, beside a running server or without one. */
  public static LedgerReader reader(LedgerConfig ledger) {
    return switch (ledger) {
      case LedgerConfig.Sqlite(Path file) -> LedgerReader.of(file);
      case LedgerConfig.Postgresql server -> PostgresLedger.reader(place(server));
    };
  }

  /**
   * Makes a new, empty one.
   *
   * @param ledgerId its name for ever, 32 random hexadecimal digits
   * @throws dev.chancery.ledger.LedgerException if there is one already, or it cannot be made
   */
  public static void create(LedgerConfig ledger, String ledgerId, Instant now) {
    switch (ledger) {
      case LedgerConfig.Sqlite(Path file) -> SqliteLedger.create(file, ledgerId, now);
      case LedgerConfig.Postgresql server -> PostgresLedger.create(place(server), ledgerId, now);
    }
  }

  /** The database as the ledger's package names it. */
  public static PostgresPlace place(LedgerConfig.Postgresql server) {
    LedgerConfig.Tls tls = server.tls();
    return new PostgresPlace(
        server.url(),
        server.user(),
        server.passwordFile(),
        tls == null ? null : new PostgresPlace.Tls(tls.ca(), tls.certificate(), tls.key()));
  }
}
