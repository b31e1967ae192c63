package dev.chancery.e2e.notary;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.e2e.notary.Children.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A MariaDB of these tests' own with the tables of notary-server and notary-signer, on a free port
 * of loopback. Its programs come from packages that bring neither a service nor a user, so nothing
 * else on the machine is touched.
 */
final class MariaDb implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DATABASE = "notaryserver";
  private static final String SIGNER_DATABASE = "notarysigner";

  // The columns and unique keys of notary-server's own migrations.
  private static final String TABLES =
      """
      CREATE DATABASE notaryserver CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
      USE notaryserver;
      CREATE TABLE tuf_files (
        id INT AUTO_INCREMENT PRIMARY KEY,
        created_at TIMESTAMP NULL, updated_at TIMESTAMP NULL, deleted_at TIMESTAMP NULL,
        gun VARCHAR(255) NOT NULL, role VARCHAR(255) NOT NULL, version INT NOT NULL,
        data LONGBLOB NOT NULL, sha256 CHAR(64),
        UNIQUE (gun, role, version), INDEX (sha256)) ENGINE=InnoDB;
      CREATE TABLE changefeed (
        id INT AUTO_INCREMENT PRIMARY KEY, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        gun VARCHAR(255) NOT NULL, version INT NOT NULL, sha256 CHAR(64),
        category VARCHAR(20) NOT NULL DEFAULT 'update', INDEX (gun)) ENGINE=InnoDB;
      CREATE DATABASE notarysigner CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
      USE notarysigner;
      CREATE TABLE private_keys (
        id INT AUTO_INCREMENT PRIMARY KEY,
        created_at TIMESTAMP NULL, updated_at TIMESTAMP NULL, deleted_at TIMESTAMP NULL,
        key_id VARCHAR(255) NOT NULL, encryption_alg VARCHAR(255) NOT NULL,
        keywrap_alg VARCHAR(255) NOT NULL, algorithm VARCHAR(50) NOT NULL,
        passphrase_alias VARCHAR(50) NOT NULL, public BLOB NOT NULL, private BLOB NOT NULL,
        gun VARCHAR(255) NOT NULL, role VARCHAR(255) NOT NULL, last_used DATETIME NULL,
        UNIQUE (key_id)) ENGINE=InnoDB;
      """;

  private final Path directory;
  private final int port;
  private final Path client;
  private final Process process;

  private MariaDb(Path directory, int port, Path client, Process process) {
    this.directory = directory;
    this.port = port;
    this.client = client;
    this.process = process;
  }

  /**
   * Makes and starts one.
   *
   * @param directory is there, is empty, and has a short name: a socket is made in it
   */
  static MariaDb start(Path directory) {
    Path server = Programs.require("mariadbd", "mariadb-server-core");
    Path client = Programs.require("mariadb", "mariadb-client-core");
    Path install = Programs.require("mariadb-install-db", "mariadb-server-core");
    String data = "--datadir=" + directory.resolve("data");
    String user = "--user=" + System.getProperty("user.name");
    Outcome made =
        Children.run(
            new ProcessBuilder(
                install.toString(),
                "--no-defaults",
                data,
                user,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve"),
            new byte[0],
            PATIENCE);
    if (!made.succeeded()) {
      throw new IllegalStateException(made.toString());
    }
    int port = NotaryServer.freePort();
    Process process =
        Children.start(
            new ProcessBuilder(
                server.toString(),
                "--no-defaults",
                data,
                user,
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + directory.resolve("s"),
                "--skip-name-resolve",
                "--max-connections=300",
                "--innodb-buffer-pool-size=32M",
                // What a machine's crash would lose is not what these tests are about.
                "--innodb-flush-log-at-trx-commit=0"),
            directory.resolve("mariadbd.log"));
    MariaDb database = new MariaDb(directory, port, client, process);
    try {
      database.awaitReady();
      database.execute(TABLES);
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private void awaitReady() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!sql("SELECT 1").succeeded()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("MariaDB does not answer:\n" + log());
      }
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("mariadbd.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome sql(String statements) {
    return Children.run(
        new ProcessBuilder(
            client.toString(),
            "--no-defaults",
            "--socket=" + directory.resolve("s"),
            "--user=root",
            "--default-character-set=utf8mb4",
            "--batch",
            "--skip-column-names"),
        statements.getBytes(UTF_8),
        PATIENCE);
  }

  /** What the statements print, one line a row, columns divided by tabs. */
  List<String> execute(String statements) {
    Outcome outcome = sql(statements);
    if (!outcome.succeeded()) {
      throw new IllegalStateException(outcome.toString());
    }
    return outcome.output().lines().toList();
  }

  /** The block {@code storage} of a notary-server that keeps its files here. */
  String storage() {
    return "{\"backend\":\"mysql\",\"db_url\":\"root@tcp(127.0.0.1:%d)/%s?parseTime=true\"}"
        .formatted(port, DATABASE);
  }

  /** The {@code db_url} of a notary-signer that keeps its keys here. */
  String signerUrl() {
    return "root@tcp(127.0.0.1:%d)/%s?parseTime=true".formatted(port, SIGNER_DATABASE);
  }

  /** The newest file of a role as it is stored, or empty where there is none. */
  Optional<String> newest(String gun, String role) {
    return execute(
            "SELECT HEX(data) FROM %s.tuf_files WHERE %s ORDER BY version DESC LIMIT 1;"
                .formatted(DATABASE, where(gun, role)))
        .stream()
        .findFirst()
        .map(hex -> new String(HexFormat.of().parseHex(hex), UTF_8));
  }

  /** Changes the newest file of a role behind the server's back; gives what it was. */
  String edit(String gun, String role, UnaryOperator<String> change) {
    String before =
        newest(gun, role).orElseThrow(() -> new IllegalStateException("no " + role + " of " + gun));
    execute(
        "UPDATE %s.tuf_files SET data=UNHEX('%s') WHERE %s ORDER BY version DESC LIMIT 1;"
            .formatted(DATABASE, hex(change.apply(before)), where(gun, role)));
    return before;
  }

  /** Puts a file back that was edited, by the hash that the server has noted of it. */
  void restore(String gun, String role, String original) {
    execute(
        "UPDATE %s.tuf_files SET data=UNHEX('%s') WHERE %s AND sha256=SHA2(UNHEX('%s'),256);"
            .formatted(DATABASE, hex(original), where(gun, role), hex(original)));
  }

  private static String where(String gun, String role) {
    return "gun=UNHEX('%s') AND role='%s'".formatted(hex(gun), role);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    Children.end(process);
  }
}
