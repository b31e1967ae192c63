package dev.chancery.cli;

import dev.chancery.cli.init.AuditKeyMaker;
import dev.chancery.cli.init.LedgerMaker;
import dev.chancery.cli.init.TokenMaker;
import dev.chancery.config.ApplianceConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The parts of the appliance that commands set to work; tests give them stand-ins. */
public record Parts(
    TokenMaker tokens, LedgerMaker ledgers, AuditKeyMaker auditKeys, Starter starter) {
  /** Starts the appliance. */
  @FunctionalInterface
  public interface Starter {
    /**
     * A running appliance, with its listeners up.
     *
     * @param wall dates what is signed
     * @param nanoTime never jumps; the wall clock is held against it
     * @param warmUp how long it may warm up before it says that it is ready; zero for not at all
     */
    Running start(
        ApplianceConfig config, InstantSource wall, LongSupplier nanoTime, Duration warmUp);
  }

  /** An appliance at work. */
  public interface Running extends AutoCloseable {
    /** The port REST really listens on. */
    int restPort();

    /** The port gRPC really listens on; -1 if it is not configured. */
    int grpcPort();

    /** The port the probes really listen on. */
    int probesPort();

    /**
     * How many C_Sign were attempted since the start, those for new certificates included and those
     * for the ledger's checkpoints left out.
     */
    long signCalls();

    /** Answers what is under way, then closes everything. */
    @Override
    void close();
  }
}
