package dev.chancery.cli;

import dev.chancery.cli.init.NewAppliance;
import dev.chancery.cli.init.SoftHsmLibrary;
import dev.chancery.cli.init.TargetNotEmptyException;
import dev.chancery.config.PolicyConfig.Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chancery init DIR}. */
@Command(
    name = "init",
    header = "Make a new single-node appliance in a directory of its own",
    description = {
      "",
      "Makes in DIR a SoftHSM token with random PINs (token/, pins/), a certificate authority with"
          + " certificates for the server and its first two clients (tls/), an empty ledger"
          + " (ledger/), the public audit key (audit.vkey), access.yaml and chancery.yaml. DIR must not exist or be empty: nothing is"
          + " ever overwritten. If anything fails, nothing is left behind.",
      "",
      "Directories get mode 0700 and files 0600. The clients are notary-server, which may ask for"
          + " keys and signatures, and operator, which may look, freeze keys and confirm the clock."
          + " The server's certificate is for localhost and 127.0.0.1; --host adds more.",
      "",
      "--ledger-url makes the ledger in a PostgreSQL database instead, which several nodes may"
          + " share: docs/postgresql.md.",
      "",
      "Keep copies of pins/ and tls/ca.key in a safe place. tls/ca.key is needed only to make"
          + " further certificates: take it off the machine."
    },
    footer = {
      "  chancery init node",
      "  chancery init --ledger-url postgresql://db.example/chancery --ledger-user chancery"
          + " --ledger-password-file db.pass --ledger-ca db-ca.pem node",
      "  chancery init --host signer.example --label signer-1 /var/lib/chancery",
      "  chancery init --label bench-1 --profile bench --port 0 --grpc-port 0 --probes-port 0 /tmp/bench"
    })
final class InitCommand implements Callable<Integer> {
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9 ._-]{0,30}[A-Za-z0-9])?";
  private static final String DNS_NAME = "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?";
  private static final String ADDRESS = "[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*";
  private static final int MAX_PORT = 65_535;

  private final Surroundings surroundings;
  private final Parts parts;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "Where to make it.")
  private Path directory = Path.of("");

  @Option(
      names = "--module",
      paramLabel = "FILE",
      description =
          "SoftHSM's PKCS#11 library. Default: libsofthsm2.so where distributions install it.")
  private @Nullable Path module;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      defaultValue = "chancery-online",
      description = "Label of the new token, at most 32 characters. Default: ${DEFAULT-VALUE}.")
  private String label = "";

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Another DNS name or address that clients reach the server by; it goes into the server's"
              + " certificate. May be given several times.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8443",
      description = "Port of REST on 127.0.0.1; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      defaultValue = "7899",
      description =
          "Port of gRPC, for notary-server, on 127.0.0.1; 0 as above. Default: ${DEFAULT-VALUE}.")
  private int grpcPort;

  @Option(
      names = "--probes-port",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "Port of the probes on 127.0.0.1; 0 as above. Default: ${DEFAULT-VALUE}.")
  private int probesPort;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      defaultValue = "standard",
      description =
          "standard, or bench: budgets and quotas that are never met, for a token whose label"
              + " begins with bench-. Default: ${DEFAULT-VALUE}.")
  private String profile = "";

  @Mixin private LedgerOptions ledger = new LedgerOptions();

  InitCommand(Surroundings surroundings, Parts parts) {
    this.surroundings = surroundings;
    this.parts = parts;
  }

  @Override
  public Integer call() throws IOException {
    NewAppliance.Plan plan = plan();
    NewAppliance maker =
        new NewAppliance(
            parts.tokens(),
            parts.ledgers(),
            parts.auditKeys(),
            surroundings.random(),
            surroundings.clock().instant());
    try {
      report(maker.make(plan), plan);
      return ExitCode.OK.number();
    } catch (TargetNotEmptyException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          e.getMessage() + "; name a new directory, nothing was touched",
          e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE, "cannot write in " + plan.directory() + ": " + e, e);
    }
  }

  private NewAppliance.Plan plan() {
    if (!label.matches(LABEL)) {
      throw usage("--label: 1 to 32 letters, digits, spaces and ._- , beginning with a letter");
    }
    requirePorts(port, grpcPort, probesPort);
    List<String> names = new ArrayList<>(List.of("localhost"));
    List<InetAddress> addresses = new ArrayList<>(List.of(address("127.0.0.1")));
    for (String host : hosts) {
      if (host.matches(ADDRESS)) {
        addresses.add(address(host));
      } else if (host.matches(DNS_NAME)) {
        names.add(host);
      } else {
        throw usage("--host: \"" + host + "\" is neither a DNS name nor an address");
      }
    }
    return new NewAppliance.Plan(
        surroundings.resolve(directory),
        SoftHsmLibrary.required(module, surroundings),
        label,
        profile(),
        port,
        grpcPort,
        probesPort,
        names,
        addresses,
        ledger.database(surroundings));
  }

  private void requirePorts(int... ports) {
    Set<Integer> taken = new HashSet<>();
    for (int each : ports) {
      if (each < 0 || each > MAX_PORT) {
        throw usage("--port, --grpc-port and --probes-port: 0 to 65535");
      }
      if (each != 0 && !taken.add(each)) {
        throw usage("--port, --grpc-port and --probes-port must differ");
      }
    }
  }

  private Profile profile() {
    return switch (profile) {
      case "standard" -> Profile.STANDARD;
      case "bench" -> {
        if (!label.startsWith("bench-")) {
          throw usage("--profile bench is only for a --label that begins with \"bench-\"");
        }
        yield Profile.BENCH;
      }
      default -> throw usage("--profile: standard or bench");
    };
  }

  private InetAddress address(String literal) {
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw usage("--host: \"" + literal + "\" is not an address");
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private void report(NewAppliance.Made made, NewAppliance.Plan plan) {
    PrintWriter out = surroundings.out();
    Path home = made.directory();
    out.println("Made a single-node appliance in " + home + ":");
    out.println(
        "  token/         SoftHSM token \""
            + made.token().label()
            + "\", serial "
            + made.token().serial());
    out.println("  pins/          its PINs; keep a copy in a safe place");
    out.println("  tls/           certificates; take ca.key off this machine, keep it safe");
    out.println(
        plan.database() == null
            ? "  ledger/        the record of every decision, empty"
            : "  the record of every decision, empty, in " + plan.database().url());
    out.println("  audit.vkey     the public audit key, for auditors: hand it over");
    out.println("  access.yaml    who may do what: notary-server, operator");
    out.println("  chancery.yaml  the configuration");
    out.println();
    out.println("Next:");
    out.println("  chancery doctor " + home);
    out.println("  chancery serve " + home);
    if (plan.restPort() != 0) {
      String tls = home.resolve("tls") + "/";
      out.printf(
          "  curl --cacert %sca.crt --cert %s.crt --key %s.key https://localhost:%d/v1/keys%n",
          tls, tls + NewAppliance.TRUST_SERVER, tls + NewAppliance.TRUST_SERVER, plan.restPort());
    }
    if (plan.grpcPort() != 0) {
      out.println();
      out.println("notary-server finds its signer with this in its configuration:");
      out.printf(
          "  \"trust_service\": {\"type\": \"remote\", \"hostname\": \"localhost\", \"port\": \"%d\","
              + " \"key_algorithm\": \"ecdsa\",%n"
              + "    \"tls_ca_file\": \"%s\", \"tls_client_cert\": \"%s\","
              + " \"tls_client_key\": \"%s\"}%n",
          plan.grpcPort(),
          home.resolve("tls/ca.crt"),
          home.resolve("tls/" + NewAppliance.TRUST_SERVER + ".crt"),
          home.resolve("tls/" + NewAppliance.TRUST_SERVER + ".key"));
    }
  }
}
