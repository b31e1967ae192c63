package dev.chancery.cli.bench;

import dev.chancery.api.Dialect;
import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import dev.chancery.cli.JsonOption;
import dev.chancery.cli.Parts;
import dev.chancery.cli.ScratchDirectory;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.FreePort;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.cli.init.SoftHsmLibrary;
import dev.chancery.config.PolicyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery bench}. */
@Command(
    name = "bench",
    header = "Measure how much one appliance signs on this machine",
    description = {
      "",
      "Makes an appliance on a SoftHSM token in a temporary directory and starts it in a process of"
          + " its own. Then workers ask for timestamp signatures over mutual TLS, each one request"
          + " at a time: validated, recorded on disk, signed by the token and verified, as ever."
          + " Only the budgets are out of reach (policy profile bench).",
      "",
      "The same token's raw rate is measured in the same run, before and after, because machines"
          + " differ more than versions do: compare the ratio. Client and server share the machine;"
          + " the client's CPU is given too."
    },
    footer = {
      "  chancery bench",
      "  chancery bench --workers 32 --seconds 20 --repositories 10000",
      "  chancery bench --workers 32 --jfr bench.jfr   # see where the time goes"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final String LABEL_START = "bench-";
  private static final int MOST_WORKERS = 1_000;

  private final Surroundings surroundings;
  private final Parts parts;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,32",
      description = "Requests under way at a time; one load for each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> workers = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "15",
      description = "Length of each load. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "Seconds of load before, for the JVM to compile. Default: ${DEFAULT-VALUE}; with less,"
              + " the figures are those of a server that has just started.")
  private int warmup;

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Seconds of load right after the start, reported apart. Default: ${DEFAULT-VALUE}.")
  private int first;

  @Option(
      names = "--server-warm-up",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Seconds that the server may warm up in by itself before it is ready, as 'chancery serve"
              + " --warm-up'. Default: ${DEFAULT-VALUE}.")
  private int serverWarmUp;

  @Option(
      names = "--repositories",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Repositories with a key each; at least one for each worker. Default: ${DEFAULT-VALUE}.")
  private int repositories;

  @Option(
      names = "--dialect",
      paramLabel = "DIALECT",
      defaultValue = "notary",
      description = "The form of their metadata: notary or tuf. Default: ${DEFAULT-VALUE}.")
  private Dialect dialect = Dialect.NOTARY;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      defaultValue = "bench-1",
      description = "Label of the token, begins with bench-. Default: ${DEFAULT-VALUE}.")
  private String label = "";

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to make the appliance and keep it, with the server's log. DIR must not exist or be"
              + " empty. Default: a temporary directory that is removed.")
  private @Nullable Path directory;

  @Option(
      names = "--jfr",
      paramLabel = "FILE",
      description = "Have the server write a JDK flight recording.")
  private @Nullable Path jfr;

  @Option(
      names = "--module",
      paramLabel = "FILE",
      description =
          "SoftHSM's PKCS#11 library. Default: libsofthsm2.so where distributions install it.")
  private @Nullable Path module;

  public BenchCommand(Surroundings surroundings, Parts parts) {
    this.surroundings = surroundings;
    this.parts = parts;
  }

  @Override
  public Integer call() throws IOException {
    Bench.Plan plan = plan();
    BenchReport report;
    if (directory == null) {
      try (ScratchDirectory scratch = ScratchDirectory.make("chancery-bench-")) {
        report = run(scratch.path().resolve("node"), plan);
      }
    } else {
      report = run(surroundings.resolve(directory), plan);
    }
    if (json.wanted()) {
      json.print(report.json(), surroundings.out());
    } else {
      report.print(surroundings.out());
    }
    return ExitCode.OK.number();
  }

  private Bench.Plan plan() {
    if (workers.isEmpty() || workers.stream().anyMatch(n -> n < 1 || n > MOST_WORKERS)) {
      throw usage("--workers: numbers from 1 to " + MOST_WORKERS);
    }
    if (seconds < 1 || warmup < 0 || first < 1 || serverWarmUp < 0) {
      throw usage("--seconds and --first: 1 or more; --warmup and --server-warm-up: 0 or more");
    }
    Bench.Plan plan =
        new Bench.Plan(
            workers,
            seconds,
            warmup,
            first,
            repositories,
            dialect,
            serverWarmUp,
            jfr == null ? null : surroundings.resolve(jfr));
    if (repositories < plan.mostWorkers()) {
      throw usage("--repositories: at least as many as workers, " + plan.mostWorkers());
    }
    if (!label.startsWith(LABEL_START)) {
      throw usage("--label: begins with \"" + LABEL_START + "\"");
    }
    return plan;
  }

  private BenchReport run(Path place, Bench.Plan plan) throws IOException {
    NewAppliance.Made made =
        new NewAppliance(
                parts.tokens(),
                parts.ledgers(),
                parts.auditKeys(),
                surroundings.random(),
                surroundings.clock().instant())
            .make(
                new NewAppliance.Plan(
                    place,
                    library(),
                    label,
                    PolicyConfig.Profile.BENCH,
                    FreePort.any(),
                    FreePort.any(),
                    FreePort.any(),
                    List.of("localhost"),
                    List.of(InetAddress.getLoopbackAddress())));
    return new Bench(made.directory(), plan, surroundings).run();
  }

  private Path library() {
    if (module != null) {
      return surroundings.resolve(module);
    }
    return SoftHsmLibrary.find()
        .orElseThrow(() -> new CommandException(ExitCode.UNAVAILABLE, SoftHsmLibrary.MISSING));
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
