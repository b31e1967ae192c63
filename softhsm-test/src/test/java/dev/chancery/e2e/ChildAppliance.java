package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.Main;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.torture.Shims;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program itself in a process of its own, as {@code chancery init} made it and {@code chancery
 * serve} runs it: something that can be killed. It listens on another free port after each start.
 */
public final class ChildAppliance implements AutoCloseable {
  private static final Pattern REST = Pattern.compile("REST listens on [^ ]*:(\\d+)\"");
  private static final Pattern PROBES = Pattern.compile("Probes listen on [^ ]*:(\\d+)\"");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Path directory;
  private final Path log;
  private final @Nullable Shims shims;
  private @Nullable Process process;
  private URI rest = URI.create("https://localhost:1");
  private URI probes = URI.create("http://127.0.0.1:1");

  private ChildAppliance(Path directory, Path log, @Nullable Shims shims) {
    this.directory = directory;
    this.log = log;
    this.shims = shims;
  }

  /** Makes one, with budgets that are never met, whose gRPC takes another port at each start. */
  static ChildAppliance init(Path parent) {
    return init(parent, 0);
  }

  /**
   * Makes one, with budgets that are never met.
   *
   * @param parent a directory that is there
   * @param grpcPort 0 takes a free one at each start
   */
  public static ChildAppliance init(Path parent, int grpcPort) {
    return init(parent, grpcPort, null);
  }

  /** Makes one whose files and signatures {@code shims} watches, from its making on. */
  static ChildAppliance watched(Path parent, Shims shims) {
    return init(parent, 0, shims);
  }

  /** The same program and token for another directory, which is there; its log comes beside it. */
  ChildAppliance in(Path other) {
    return new ChildAppliance(other, other.resolveSibling("serve-there.log"), shims);
  }

  /**
   * How a command ended.
   *
   * @param output what it printed, errors included
   */
  record Ended(int exitCode, String output) {}

  /** Runs a command of the program in a process of its own. */
  Ended run(String... arguments) {
    try {
      Process run = process(java(arguments)).start();
      String output = new String(run.getInputStream().readAllBytes(), UTF_8);
      return new Ended(run.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a command", e);
    }
  }

  /** Makes one whose ledger is where {@code options} of {@code chancery init} say. */
  static ChildAppliance elsewhere(Path parent, Shims shims, String... options) {
    return init(parent, 0, shims, options);
  }

  /** Another process of the same configuration and token: a second node, where both may be. */
  ChildAppliance another() {
    return new ChildAppliance(directory, log.resolveSibling("serve-2.log"), shims);
  }

  private static ChildAppliance init(
      Path parent, int grpcPort, @Nullable Shims shims, String... options) {
    Path directory = parent.resolve("node");
    ChildAppliance made = new ChildAppliance(directory, parent.resolve("serve.log"), shims);
    List<String> command =
        made.java(
            "init",
            "--label",
            "bench-child",
            "--profile",
            "bench",
            "--port",
            "0",
            "--grpc-port",
            String.valueOf(grpcPort),
            "--probes-port",
            "0",
            directory.toString());
    command.addAll(command.size() - 1, List.of(options));
    if (shims != null) {
      command.addAll(command.size() - 1, List.of("--module", shims.countingModule().toString()));
    }
    try {
      Process init = made.process(command).start();
      String output = new String(init.getInputStream().readAllBytes(), UTF_8);
      if (init.waitFor() != 0) {
        throw new IllegalStateException("init failed: " + output);
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during init", e);
    }
  }

  /**
   * Another on the same token, with a copy of all other files; the ledger is copied as it is now,
   * also while a process writes it.
   */
  ChildAppliance copy(String name) {
    Path other = directory.resolveSibling(name);
    try {
      for (String each : List.of("", "ledger", "tls", "pins")) {
        Files.createDirectories(other.resolve(each));
        copyFiles(directory.resolve(each), other.resolve(each));
      }
      Files.deleteIfExists(other.resolve("ledger/ledger.db-wal"));
      Files.deleteIfExists(other.resolve("ledger/ledger.db-shm"));
      Files.delete(other.resolve("ledger/ledger.db"));
      Path config = other.resolve("chancery.yaml");
      Files.writeString(
          config,
          Files.readString(config)
              .replace("_CONF: token/", "_CONF: " + directory.resolve("token") + "/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sqlite("VACUUM INTO '" + other.resolve("ledger/ledger.db") + "'");
    return new ChildAppliance(other, other.resolveSibling(name + ".log"), shims);
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Does something to the ledger's file that the server never would. */
  void sqlite(String... statements) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ledger());
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  // The options of the launcher, and the compiler that starts fastest.
  private List<String> java(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dchancery.log=json",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (shims != null) {
      builder.environment().putAll(shims.environment());
    }
    return builder;
  }

  /** Starts it and returns when it listens. */
  public void start() {
    try {
      Process started =
          process(java("serve", "--warm-up", shims == null ? "10" : "0", directory.toString()))
              .start();
      process = started;
      BufferedReader output = started.inputReader(UTF_8);
      StringBuilder seen = new StringBuilder();
      boolean listens = false;
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        seen.append(line).append('\n');
        Matcher restLine = REST.matcher(line);
        if (restLine.find()) {
          rest = URI.create("https://localhost:" + restLine.group(1));
        }
        Matcher probesLine = PROBES.matcher(line);
        if (probesLine.find()) {
          probes = URI.create("http://127.0.0.1:" + probesLine.group(1));
          listens = true;
          break;
        }
      }
      append(seen.toString());
      if (!listens) {
        throw new IllegalStateException("it ended before it listened: " + seen);
      }
      Thread.ofPlatform().daemon().name("child-log").start(() -> drain(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void drain(BufferedReader output) {
    try (output) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        append(line + "\n");
      }
    } catch (IOException e) {
      // The process was killed; what it had written is in the file.
    }
  }

  private synchronized void append(String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    running().destroyForcibly();
    await(running(), TIMEOUT);
  }

  /** SIGTERM; returns at once. */
  void terminate() {
    running().destroy();
  }

  /** The exit code, when it has ended by itself. */
  int exitCode() {
    await(running(), Duration.ofSeconds(60));
    return running().exitValue();
  }

  long pid() {
    return running().pid();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("it was never started");
    }
    return process;
  }

  private static void await(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the process did not end within " + limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ended", e);
    }
  }

  /** A client of the present process with the trust server's certificate. */
  ChanceryClient client() {
    return client(NewAppliance.TRUST_SERVER);
  }

  /** A client of the present process with the operator's certificate. */
  ChanceryClient operator() {
    return client(NewAppliance.OPERATOR);
  }

  private ChanceryClient client(String name) {
    Path tls = directory.resolve("tls");
    try {
      return ChanceryClient.open(
          new ChanceryClient.Settings(
              rest,
              tls.resolve("ca.crt"),
              tls.resolve(name + ".crt"),
              tls.resolve(name + ".key"),
              TIMEOUT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  public Path ledger() {
    return directory.resolve("ledger/ledger.db");
  }

  /** All that the process has printed, over all starts. */
  Path log() {
    return log;
  }

  URI rest() {
    return rest;
  }

  URI probes() {
    return probes;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      await(process, TIMEOUT);
    }
  }
}
