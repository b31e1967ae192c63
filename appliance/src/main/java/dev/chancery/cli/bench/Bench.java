package dev.chancery.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.chancery.ConfiguredToken;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.MutualTls;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.bench.BenchReport.Cell;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.hsm.RawSignRate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Measures one appliance. */
final class Bench {
  /**
   * How it is measured.
   *
   * @param workers one load for each number
   * @param seconds of each load
   * @param warmup seconds of load before, once
   * @param first seconds of load right after the start, whose latency is reported too
   * @param dialect of their metadata
   * @param serverWarmUp seconds that the server may warm up in by itself
   * @param jfr where the server writes a flight recording, or null
   */
  record Plan(
      List<Integer> workers,
      int seconds,
      int warmup,
      int first,
      int repositories,
      Dialect dialect,
      int serverWarmUp,
      @Nullable Path jfr) {
    Plan {
      workers = List.copyOf(workers);
    }

    /** For the token alone: its rate is steady from the first moment. */
    Duration rawTime() {
      return Duration.ofSeconds(Math.min(MOST_RAW_SECONDS, seconds));
    }

    int mostWorkers() {
      return workers.stream().mapToInt(Integer::intValue).max().orElse(1);
    }
  }

  private static final int MOST_RAW_SECONDS = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int KEY_MAKERS = 8;
  private static final int FIRST_WORKERS = 8;
  private static final double NANOS_PER_MICRO = 1e3;

  private final Path directory;
  private final Plan plan;
  private final Surroundings surroundings;
  private final ApplianceConfig config;
  private final List<Double> rawOne = new ArrayList<>();
  private final List<Double> rawTwo = new ArrayList<>();

  /**
   * @param directory of an appliance with the policy profile bench and fixed ports
   */
  Bench(Path directory, Plan plan, Surroundings surroundings) {
    this.directory = directory;
    this.plan = plan;
    this.surroundings = surroundings;
    this.config = ApplianceConfig.load(directory.resolve("chancery.yaml"));
  }

  /** Does all of it; takes as long as the plan says and some seconds more. */
  BenchReport run() throws IOException {
    tell("making " + plan.repositories() + " repositories with a timestamp key each");
    List<BenchKey> keys;
    try (var _ = ServerProcess.start(directory, 0, null)) {
      keys = makeKeys();
    }
    tell("measuring the token alone");
    double verifyMicros = VerifyCost.micros(plan.rawTime());
    measureRaw();
    BenchReport report;
    // Started anew, as it is met in life: with keys that are in the token already.
    try (ServerProcess server = ServerProcess.start(directory, plan.serverWarmUp(), plan.jfr())) {
      Load load = load(keys);
      Cell first = cell(server, load, Math.min(FIRST_WORKERS, keys.size()), plan.first());
      tell("warming up for " + plan.warmup() + " s");
      if (plan.warmup() > 0) {
        load.run(plan.mostWorkers(), Duration.ofSeconds(plan.warmup()));
      }
      List<Cell> cells = new ArrayList<>();
      for (int workers : plan.workers()) {
        tell(workers + " workers for " + plan.seconds() + " s");
        cells.add(cell(server, load, workers, plan.seconds()));
      }
      measureRaw();
      report =
          new BenchReport(
              keys.size(),
              rawOne,
              rawTwo,
              verifyMicros,
              server.listeningMillis(),
              server.readyMillis(),
              first,
              cells);
    }
    return report;
  }

  private void tell(String what) {
    surroundings.err().println("bench: " + what);
  }

  private Load load(List<BenchKey> keys) throws IOException {
    Path tls = directory.resolve("tls");
    return new Load(
        MutualTls.context(
            tls.resolve("ca.crt"),
            tls.resolve(NewAppliance.TRUST_SERVER + ".crt"),
            tls.resolve(NewAppliance.TRUST_SERVER + ".key")),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), config.rest().port()),
        keys,
        surroundings.clock());
  }

  private static Cell cell(ServerProcess server, Load load, int workers, int seconds)
      throws IOException {
    OperatingSystemMXBean own = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long serverBefore = server.cpuNanos();
    long clientBefore = own.getProcessCpuTime();
    Load.Outcome outcome = load.run(workers, Duration.ofSeconds(seconds));
    double count = outcome.latencies().count();
    return new Cell(
        workers,
        outcome.perSecond(),
        outcome.latencies().percentile(50),
        outcome.latencies().percentile(99),
        outcome.latencies().percentile(99.9),
        (server.cpuNanos() - serverBefore) / NANOS_PER_MICRO / count,
        (own.getProcessCpuTime() - clientBefore) / NANOS_PER_MICRO / count,
        server.residentMiB());
  }

  /** In this process: SoftHSM keeps a token in files that several processes may use. */
  private void measureRaw() {
    String id = "raw-" + rawOne.size();
    try (RawSignRate raw =
        RawSignRate.open(ConfiguredToken.open(config.token(), surroundings.environment()), id)) {
      rawOne.add(raw.measure(1, plan.rawTime()));
      rawTwo.add(raw.measure(2, plan.rawTime()));
    }
  }

  private List<BenchKey> makeKeys() throws IOException {
    Path tls = directory.resolve("tls");
    ChanceryClient.Settings settings =
        new ChanceryClient.Settings(
            URI.create("https://localhost:" + config.rest().port()),
            tls.resolve("ca.crt"),
            tls.resolve(NewAppliance.TRUST_SERVER + ".crt"),
            tls.resolve(NewAppliance.TRUST_SERVER + ".key"),
            TIMEOUT);
    String host = settings.server().getAuthority();
    try (ChanceryClient client = ChanceryClient.open(settings);
        ExecutorService makers = Executors.newFixedThreadPool(KEY_MAKERS)) {
      List<Future<KeyId>> made = new ArrayList<>();
      for (int i = 0; i < plan.repositories(); i++) {
        RepositoryName name = new RepositoryName("bench.example/repository-" + i);
        made.add(
            makers.submit(
                () ->
                    client
                        .createKey(plan.dialect(), name, Role.TIMESTAMP, Algorithm.ECDSA)
                        .keyid()));
      }
      List<BenchKey> keys = new ArrayList<>();
      for (Future<KeyId> each : made) {
        keys.add(new BenchKey(plan.dialect(), result(each), host));
      }
      return keys;
    }
  }

  private static KeyId result(Future<KeyId> made) throws IOException {
    try {
      return made.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("a key could not be made: " + e.getMessage(), e);
    }
  }
}
