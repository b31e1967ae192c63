package dev.chancery.cli.bench;

import dev.chancery.Main;
import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import dev.chancery.cli.ReadyProbe;
import dev.chancery.config.ApplianceConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code chancery serve} in a process of its own, so that what it uses can be told apart. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long POLL_MILLIS = 2;

  private final Process process;
  private final Path log;
  private final Thread killer;
  private double listeningMillis;
  private double readyMillis;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.killer = new Thread(process::destroyForcibly, "bench-killer");
  }

  /**
   * Starts the appliance in {@code directory} with the options of this JVM, and waits until it is
   * ready.
   *
   * @param warmUp seconds that the server may warm up in
   * @param jfr where to write a flight recording, or null for none
   */
  static ServerProcess start(Path directory, int warmUp, @Nullable Path jfr) throws IOException {
    ApplianceConfig config = ApplianceConfig.load(directory.resolve("chancery.yaml"));
    Path log = directory.resolve("serve.log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command(directory, warmUp, jfr))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    ServerProcess server = new ServerProcess(process, log);
    Runtime.getRuntime().addShutdownHook(server.killer);
    try {
      server.awaitListener(config.rest().port());
      server.listeningMillis = (System.nanoTime() - start) / NANOS_PER_MILLI;
      ReadyProbe.await(config.probes().port(), PATIENCE);
      server.readyMillis = (System.nanoTime() - start) / NANOS_PER_MILLI;
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static List<String> command(Path directory, int warmUp, @Nullable Path jfr) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Dchancery.log") && !option.startsWith("-agentlib"))
        .forEach(command::add);
    command.add("-Dchancery.log=json");
    if (jfr != null) {
      command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + jfr);
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve",
            "--warm-up",
            String.valueOf(warmUp),
            directory.toString()));
    return command;
  }

  private void awaitListener(int port) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new CommandException(
            ExitCode.UNAVAILABLE, "the server ended: " + Files.readString(log).strip());
      }
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        pause();
      }
    }
    throw new CommandException(ExitCode.UNAVAILABLE, "the server does not listen");
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNAVAILABLE, "interrupted while waiting", e);
    }
  }

  /** From exec of its JVM to a listener that takes connections. */
  double listeningMillis() {
    return listeningMillis;
  }

  /** From exec of its JVM to {@code /readyz} saying yes. */
  double readyMillis() {
    return readyMillis;
  }

  /** CPU time used so far, user and system, in nanoseconds; in steps of 10 ms on Linux. */
  long cpuNanos() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Memory in RAM now, in MiB (VmRSS of /proc/PID/status); -1 where there is no /proc. */
  long residentMiB() throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(-1);
    }
  }

  /** Tells it to end and waits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }
}
