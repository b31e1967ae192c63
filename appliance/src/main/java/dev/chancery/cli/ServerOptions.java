package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.RestConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which running server, and as whom: all of it from an appliance's directory unless given. */
final class ServerOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "",
      description =
          "Directory of the appliance, as 'chancery init' made it; whatever of the following is not"
              + " given is taken from there. Default: the current one.")
  private Path directory = Path.of("");

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "The server. Default: https://localhost and the port in DIR/chancery.yaml.")
  private @Nullable URI server;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "Which client of DIR/tls to be. Default: notary-server where keys are made or signatures"
              + " asked for, otherwise operator.")
  private @Nullable String name;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Client certificate, PEM. Default: DIR/tls/NAME.crt.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its private key, PEM, PKCS#8. Default: DIR/tls/NAME.key.")
  private @Nullable Path key;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authority of the server's certificate, PEM. Default: DIR/tls/ca.crt.")
  private @Nullable Path ca;

  /**
   * A client for the server meant.
   *
   * @param usualName the client of DIR/tls to be where nothing else is said
   */
  ChanceryClient open(Surroundings surroundings, String usualName) throws IOException {
    Path home = surroundings.resolve(directory);
    String stem = name == null ? usualName : name;
    if (!stem.matches("[A-Za-z0-9._-]+")) {
      throw new ParameterException(spec.commandLine(), "--as: \"" + stem + "\" is no file's name");
    }
    Path tls = home.resolve("tls");
    try {
      return ChanceryClient.open(
          new ChanceryClient.Settings(
              server == null ? configured(home) : server,
              file(surroundings, ca, tls.resolve("ca.crt")),
              file(surroundings, certificate, tls.resolve(stem + ".crt")),
              file(surroundings, key, tls.resolve(stem + ".key")),
              TIMEOUT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--server: " + e.getMessage(), e);
    }
  }

  /** The configuration in the directory meant. */
  ApplianceConfig config(Surroundings surroundings) {
    return ApplianceConfig.load(surroundings.resolve(directory).resolve("chancery.yaml"));
  }

  private static Path file(Surroundings surroundings, @Nullable Path given, Path usual) {
    return given == null ? usual : surroundings.resolve(given);
  }

  private URI configured(Path home) {
    RestConfig rest = ApplianceConfig.load(home.resolve("chancery.yaml")).rest();
    if (rest.port() == 0) {
      throw new ParameterException(
          spec.commandLine(),
          "the server takes a free port at each start; name it with --server https://localhost:PORT");
    }
    return URI.create("https://localhost:" + rest.port());
  }
}
