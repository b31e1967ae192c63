package dev.chancery.ledger;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL server of its own, on a free port of the loopback interface. */
public final class PostgresServer implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private static @Nullable PostgresServer shared;

  private final Path bin;
  private final Path directory;
  private final int port;
  private int databases;

  private PostgresServer(Path bin, Path directory, int port) {
    this.bin = bin;
    this.directory = directory;
    this.port = port;
  }

  /** The one that tests share which do not break it. */
  public static synchronized PostgresServer shared() {
    if (shared == null) {
      PostgresServer started = start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /** Starts one; where none is installed, the test is skipped and says so. */
  public static PostgresServer start() {
    PostgresServer server = prepared();
    server.tool(
        "initdb",
        "--no-sync",
        "-D",
        server.data(),
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C");
    server.up("");
    return server;
  }

  /** A standby of this server, on its own port, that receives what is committed. */
  PostgresServer standby() {
    PostgresServer standby = prepared();
    standby.tool(
        "pg_basebackup",
        "--no-sync",
        "-h",
        "127.0.0.1",
        "-p",
        String.valueOf(port),
        "-U",
        USER,
        "-D",
        standby.data(),
        "-R",
        "-c",
        "fast");
    standby.up("");
    return standby;
  }

  /** Makes a standby the primary. */
  void promote() {
    tool("pg_ctl", "-D", data(), "-w", "promote");
  }

  /** A directory and a port, and no server yet. */
  private static PostgresServer prepared() {
    Optional<Path> bin = bin();
    assumeTrue(bin.isPresent(), "no PostgreSQL under " + INSTALLED + " (Debian: postgresql)");
    try {
      Path directory = Files.createTempDirectory("chancery-postgres");
      if (isRoot()) {
        run(List.of("chown", USER, directory.toString()));
      }
      return new PostgresServer(bin.orElseThrow(), directory, freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> bin() {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts it again; {@code options} are those of the server, as {@code -c fsync=off}. */
  void up(String options) {
    String all = "-p " + port + " -c listen_addresses=127.0.0.1 -k " + directory + " " + options;
    String log = directory.resolve("log").toString();
    tool("pg_ctl", "-D", data(), "-l", log, "-w", "-o", all, "start");
  }

  /** Ends it as a power cut would: nothing is finished, nothing is flushed. */
  void crash() {
    ProcessHandle process = postmaster().orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }

  /** Its first process, if it runs. */
  private Optional<ProcessHandle> postmaster() {
    Path file = Path.of(data(), "postmaster.pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once but in order, and breaks every connection. */
  void down() {
    tool("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
  }

  /** A new, empty database, and how its owner, who may do everything, logs in. */
  public PostgresPlace newDatabase() {
    databases++;
    String name = "ledger" + databases;
    execute(place(USER), "CREATE DATABASE " + name);
    return place(name);
  }

  /** A database; nobody needs a password, for the server listens for these tests alone. */
  PostgresPlace place(String database) {
    return new PostgresPlace("postgresql://127.0.0.1:" + port + "/" + database, USER, null, null);
  }

  /** The answer of {@code sql}, which is one value. */
  String ask(String sql) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:" + place(USER).url(), USER, null);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The name of the database of {@code place}. */
  static String name(PostgresPlace place) {
    return place.url().substring(place.url().lastIndexOf('/') + 1);
  }

  int port() {
    return port;
  }

  /** As {@code place} and its user say. */
  static void execute(PostgresPlace place, String sql) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:" + place.url(), place.user(), null);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private void tool(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    // PostgreSQL does not run as root.
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", USER, "--"));
    }
    command.add(bin.resolve(name).toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  static void run(List<String> command) {
    try {
      Path output = Files.createTempFile("chancery-postgres", ".log");
      // To a file: the server inherits it and would keep a pipe open.
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int code = process.waitFor();
      String said = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      if (code != 0) {
        throw new IllegalStateException(command + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (postmaster().isPresent()) {
      tool("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
