package dev.chancery.cli;

import dev.chancery.cli.init.LedgerMaker;
import dev.chancery.cli.init.TokenMaker;
import dev.chancery.config.ApplianceConfig;
import java.time.InstantSource;

/** The parts of the appliance that commands set to work; tests give them stand-ins. */
public record Parts(TokenMaker tokens, LedgerMaker ledgers, Starter starter) {
  /** Starts the appliance. */
  @FunctionalInterface
  public interface Starter {
    /** A running appliance, with its listeners up. */
    Running start(ApplianceConfig config, InstantSource clock);
  }

  /** An appliance at work. */
  public interface Running extends AutoCloseable {
    /** The port REST really listens on. */
    int restPort();

    /** The port the probes really listen on. */
    int probesPort();

    /** Answers what is under way, then closes everything. */
    @Override
    void close();
  }
}
