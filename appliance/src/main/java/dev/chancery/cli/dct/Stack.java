package dev.chancery.cli.dct;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The programs of one service: how each is started, and how it is asked whether it is well. */
final class Stack {
  static final String DATABASE = "database";
  static final String APPLIANCE = "appliance";
  static final String REGISTRY = "docker-registry";
  static final String SERVER = "notary-server";

  /** Where in the service's directory things lie. */
  static final String APPLIANCE_DIRECTORY = "appliance";

  static final String SERVER_CONFIG = "notary-server/config.json";
  static final String REGISTRY_CONFIG = "docker-registry/config.yml";
  static final String REGISTRY_DATA = "docker-registry/data";
  static final String DATABASE_DATA = "database";
  static final String SCHEMA = "notary-server/schema.sql";
  static final String SOCKET = "run/mariadb.sock";
  static final String CA = "tls/ca.crt";
  static final String SERVER_CERTIFICATE = "tls/notary-server.crt";
  static final String SERVER_KEY = "tls/notary-server.key";

  /**
   * Of the environment that 'dct up' is given; notary-server and registry take settings from it.
   */
  private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR");

  private final ServiceDirectory home;
  private final Settings settings;
  private final Packages packages;
  private final Map<String, String> environment;

  Stack(
      ServiceDirectory home,
      Settings settings,
      Packages packages,
      Map<String, String> environment) {
    this.home = home;
    this.settings = settings;
    this.packages = packages;
    this.environment = new LinkedHashMap<>(environment);
    this.environment.keySet().retainAll(PASSED_ON);
  }

  /** What must be there before any of it is started. */
  static List<Packages.Program> programs(Settings settings) {
    List<Packages.Program> programs =
        new ArrayList<>(
            List.of(
                new Packages.Program("notary-server", "notary"),
                new Packages.Program("notary", "notary"),
                new Packages.Program("docker-registry", "docker-registry")));
    if (!settings.memory()) {
      programs.add(new Packages.Program("mariadbd", "mariadb-server-core"));
    }
    return programs;
  }

  /** All programs, in the order they are started: each needs only those of earlier lists. */
  List<List<Part>> waves() throws IOException {
    List<Part> first = new ArrayList<>();
    if (!settings.memory()) {
      first.add(database());
    }
    first.add(appliance());
    first.add(registry());
    return List.of(first, List.of(server()));
  }

  private Part database() throws IOException {
    Path socket = home.resolve(SOCKET);
    List<String> command =
        new ArrayList<>(
            List.of(
                program("mariadbd"),
                "--no-defaults", // the first: neither /etc/mysql nor ~/.my.cnf is read
                "--datadir=" + home.resolve(DATABASE_DATA),
                "--socket=" + socket,
                "--pid-file=" + home.resolve("run/mariadbd.own-pid"),
                "--init-file=" + home.resolve(SCHEMA),
                // Whoever can reach the socket may do everything; its directory is the owner's
                // alone.
                "--skip-networking",
                "--skip-grant-tables",
                "--innodb-stats-persistent=0",
                "--log-warnings=1", // not each of our own looks at its health
                // A few documents need little.
                "--innodb-buffer-pool-size=8M",
                "--innodb-log-file-size=8M",
                "--key-buffer-size=1M",
                "--aria-pagecache-buffer-size=1M"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--user=root"); // it refuses to be root unless told to
    }
    Map<String, String> own = new LinkedHashMap<>(environment);
    if (packages.isUnpacked(Path.of(program("mariadbd")))) {
      command.add(2, "--basedir=" + packages.root().resolve("usr"));
      own.put(
          "LD_LIBRARY_PATH",
          String.join(":", packages.libraries().stream().map(Path::toString).toList()));
    }
    return new Part(
        DATABASE,
        socket.toString(),
        Map.of(),
        launch(DATABASE, command, own),
        Health.mariaDb(socket));
  }

  private Part appliance() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("grpc", settings.ports().grpc());
    ports.put("rest", settings.ports().rest());
    ports.put("probes", settings.ports().probes());
    // It is tried, not measured: being there at once is worth more than a fast first signature.
    List<String> command =
        OwnJvm.command(
            List.of("serve", "--warm-up", "0", home.resolve(APPLIANCE_DIRECTORY).toString()));
    return new Part(
        APPLIANCE,
        "localhost:" + settings.ports().grpc() + " (gRPC)",
        ports,
        launch(APPLIANCE, command, environment),
        Health.http(URI.create("http://127.0.0.1:" + settings.ports().probes() + "/readyz"), null));
  }

  private Part registry() {
    String address = "http://localhost:" + settings.ports().registry();
    return new Part(
        REGISTRY,
        address,
        Map.of("http", settings.ports().registry()),
        launch(
            REGISTRY,
            List.of(program("docker-registry"), "serve", home.resolve(REGISTRY_CONFIG).toString()),
            environment),
        Health.http(URI.create("http://127.0.0.1:" + settings.ports().registry() + "/v2/"), null));
  }

  private Part server() {
    String address = "https://localhost:" + settings.ports().server();
    return new Part(
        SERVER,
        address,
        Map.of("https", settings.ports().server()),
        launch(
            SERVER,
            List.of(
                program("notary-server"),
                "-config",
                home.resolve(SERVER_CONFIG).toString(),
                "-logf",
                "json"),
            environment),
        Health.http(URI.create(address + "/_notary_server/health"), home.resolve(CA)));
  }

  private Processes.Launch launch(
      String name, List<String> command, Map<String, String> environment) {
    return new Processes.Launch(
        command, home.path(), environment, home.resolve("log/" + name + ".log"));
  }

  private String program(String name) {
    return packages.find(name).map(Path::toString).orElse(name);
  }
}
