package dev.chancery.cli;

import dev.chancery.config.ApplianceConfig;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery serve [DIR]}. */
@Command(
    name = "serve",
    header = "Start the appliance and keep it running",
    description = {
      "",
      "Checks the configuration, opens the token and the ledger, and listens. The log goes to"
          + " standard output, one JSON object a line; one line names each listener. SIGTERM and"
          + " SIGINT end it: it stops listening, answers what is under way, closes ledger and token,"
          + " and ends with 0.",
      "",
      "It does not fork and writes no PID file: leave that to systemd or a container."
    },
    footer = {
      "  chancery serve node",
      "  chancery serve --config /etc/chancery/chancery.yaml",
      "  curl http://127.0.0.1:8081/readyz"
    })
final class ServeCommand implements Callable<Integer> {
  /** Beyond the drain time of the configuration, for closing token and ledger. */
  private static final long CLOSING_SECONDS = 20;

  private final Surroundings surroundings;
  private final Parts parts;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "Longest time to warm up in, with keys in memory and a ledger that is thrown away; until"
              + " then /readyz says no. 0: not at all. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  ServeCommand(Surroundings surroundings, Parts parts) {
    this.surroundings = surroundings;
    this.parts = parts;
  }

  @Override
  public Integer call() throws InterruptedException {
    ApplianceConfig read = config.load(surroundings);
    // Loggers are asked for only now, so that a wrong configuration is told in plain words.
    Logger log = LoggerFactory.getLogger(ServeCommand.class);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = new Thread(() -> end(stop, stopped, read), "stop");
    // Registered before the start, so that a signal during it ends in an orderly close too.
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      try (Parts.Running running = start(read)) {
        log.info("REST listens on https://{}:{}", read.rest().host(), running.restPort());
        if (read.grpc() != null) {
          log.info("gRPC listens on {}:{}", read.grpc().host(), running.grpcPort());
        }
        log.info("Probes listen on http://{}:{}", read.probes().host(), running.probesPort());
        stop.await();
        log.info("Stopping: answering what is under way");
      }
      log.info("Stopped");
      return ExitCode.OK.number();
    } finally {
      stopped.countDown();
      forget(hook);
    }
  }

  /** What the parts say of files and addresses in the configuration is no defect of Chancery. */
  private Parts.Running start(ApplianceConfig read) {
    try {
      return parts
          .starter()
          .start(read, surroundings.clock(), System::nanoTime, Duration.ofSeconds(warmUp));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.CONFIG, e.getMessage() + "; 'chancery doctor' tells more", e);
    } catch (IllegalStateException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, e.getMessage() + "; 'chancery doctor' tells more", e);
    }
  }

  /** Runs when the process was told to stop; it ends with 0, not with the signal's number. */
  private static void end(CountDownLatch stop, CountDownLatch stopped, ApplianceConfig read) {
    stop.countDown();
    try {
      long drains = read.rest().limits().drain().toSeconds();
      if (read.grpc() != null) {
        drains += read.grpc().limits().drain().toSeconds();
      }
      long patience = drains + CLOSING_SECONDS;
      boolean orderly = stopped.await(patience, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(orderly ? ExitCode.OK.number() : ExitCode.INTERNAL.number());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }
}
