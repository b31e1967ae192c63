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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A real PostgreSQL server of its own, on a free port of the loopback interface. */
final class PostgresServer implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private final Path bin;
  private final Path directory;
  private final int port;
  private int databases;

  private PostgresServer(Path bin, Path directory, int port) {
    this.bin = bin;
    this.directory = directory;
    this.port = port;
  }

  /** Starts one; where none is installed, the test is skipped and says so. */
  static PostgresServer start() {
    Optional<Path> bin = bin();
    assumeTrue(bin.isPresent(), "no PostgreSQL under " + INSTALLED + " (Debian: postgresql)");
    try {
      Path directory = Files.createTempDirectory("chancery-postgres");
      if (isRoot()) {
        run(List.of("chown", USER, directory.toString()));
      }
      PostgresServer server = new PostgresServer(bin.orElseThrow(), directory, freePort());
      server.tool(
          "initdb", "-D", server.data(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C");
      server.up("");
      return server;
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
    try {
      long postmaster =
          Long.parseLong(Files.readAllLines(Path.of(data(), "postmaster.pid")).getFirst().strip());
      ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process);
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> each.onExit().join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once but in order, and breaks every connection. */
  void down() {
    tool("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
  }

  /** The URL of a new, empty database. */
  String newDatabase() {
    databases++;
    String name = "ledger" + databases;
    execute(url(USER), "CREATE DATABASE " + name);
    return url(name);
  }

  /** Who may log in, without a password: the server listens for this test alone. */
  Properties login() {
    Properties login = new Properties();
    login.setProperty("user", USER);
    return login;
  }

  void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url, login());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
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

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void run(List<String> command) {
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
    if (Files.exists(Path.of(data(), "postmaster.pid"))) {
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
