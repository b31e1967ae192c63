package dev.chancery.cli.dct;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** On which ports of 127.0.0.1 the service is to listen. */
final class PortOptions {
  private static final int MAX_PORT = 65_535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--server-port",
      paramLabel = "PORT",
      description = "Port of notary-server, 0 for a free one. Default: 4443.")
  private @Nullable Integer server;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      description = "Port of docker-registry, 0 as above. Default: 5000.")
  private @Nullable Integer registry;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "Port of the appliance for notary-server, 0 as above. Default: 7899.")
  private @Nullable Integer grpc;

  @Option(
      names = "--rest-port",
      paramLabel = "PORT",
      description = "Port of the appliance's REST, 0 as above. Default: 8443.")
  private @Nullable Integer rest;

  @Option(
      names = "--probes-port",
      paramLabel = "PORT",
      description = "Port of the appliance's probes, 0 as above. Default: 8081.")
  private @Nullable Integer probes;

  @Option(
      names = "--ports-from",
      paramLabel = "PORT",
      description =
          "PORT and the four after it for those above, in their order, in place of the defaults; 0"
              + " for five free ones.")
  private @Nullable Integer from;

  /** Whether any is given. */
  boolean given() {
    return from != null
        || server != null
        || registry != null
        || grpc != null
        || rest != null
        || probes != null;
  }

  /** What is given, and the defaults for the rest. */
  Ports settle() throws IOException {
    Map<Ports.Use, Integer> wanted = new EnumMap<>(Ports.Use.class);
    for (Ports.Use use : Ports.Use.values()) {
      @Nullable Integer given = given(use);
      int port = given != null ? given : standard(use);
      if (port < 0 || port > MAX_PORT) {
        throw new ParameterException(
            spec.commandLine(), use.option() + ": 0 to " + MAX_PORT + ", not " + port);
      }
      wanted.put(use, port);
    }
    try {
      return Ports.settle(wanted);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int standard(Ports.Use use) {
    if (from == null) {
      return use.usual();
    }
    return from == 0 ? 0 : from + List.of(Ports.Use.values()).indexOf(use);
  }

  private @Nullable Integer given(Ports.Use use) {
    return switch (use) {
      case SERVER -> server;
      case REGISTRY -> registry;
      case GRPC -> grpc;
      case REST -> rest;
      case PROBES -> probes;
    };
  }
}
