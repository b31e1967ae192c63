package dev.chancery.cli;

import dev.chancery.migrate.TrustServer;
import dev.chancery.served.NotaryFiles;
import dev.chancery.served.ServedFiles;
import dev.chancery.served.TufFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The trust server that the keys sign for. */
final class TrustServerOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--trust-server",
      paramLabel = "URL",
      description = "notary-server, such as https://localhost:4443.")
  private @Nullable URI server;

  @Option(
      names = "--trust-server-ca",
      paramLabel = "FILE",
      description = "Authority of its certificate, PEM.")
  private @Nullable Path ca;

  @Option(
      names = "--trust-server-authorization",
      paramLabel = "FILE",
      description =
          "A file of one line, for a trust server that asks for a login: the value of the header"
              + " Authorization, such as Bearer TOKEN.")
  private @Nullable Path authorization;

  /** A client to close, or none. */
  record Opened(@Nullable TrustServer client) implements AutoCloseable {
    @Override
    public void close() {
      if (client != null) {
        client.close();
      }
    }
  }

  /** Says what is missing, before anything else is done. */
  void require() {
    server();
    ca();
  }

  /** Its address. */
  URI server() {
    if (server == null) {
      throw new ParameterException(
          spec.commandLine(), "--trust-server is needed, to learn what is published now");
    }
    return server;
  }

  /** The authority of its certificate, as given. */
  Path ca() {
    if (ca == null) {
      throw new ParameterException(
          spec.commandLine(), "--trust-server-ca is needed to know the trust server by");
    }
    return ca;
  }

  /** Whether one was named. */
  boolean isGiven() {
    return server != null;
  }

  /** What it serves; {@code http} to this machine needs no authority. */
  ServedFiles files(Surroundings surroundings) {
    URI at = server();
    return NotaryFiles.open(at, caFor(at, surroundings), header(surroundings));
  }

  /** What stands below {@code base}, with the same authority and login. */
  ServedFiles tufFiles(URI base, Surroundings surroundings) {
    return TufFiles.at(base, caFor(base, surroundings), header(surroundings));
  }

  private @Nullable Path caFor(URI at, Surroundings surroundings) {
    return "http".equals(at.getScheme()) ? null : surroundings.resolve(ca());
  }

  TrustServer open(Surroundings surroundings) {
    return TrustServer.open(server(), surroundings.resolve(ca()), header(surroundings));
  }

  Opened openIfGiven(Surroundings surroundings) {
    return new Opened(server == null ? null : open(surroundings));
  }

  private @Nullable String header(Surroundings surroundings) {
    if (authorization == null) {
      return null;
    }
    Path file = surroundings.resolve(authorization);
    try {
      String line = Files.readString(file).strip();
      if (!line.matches("[\\x21-\\x7e]+( [\\x21-\\x7e]+)*")) {
        throw new CommandException(
            ExitCode.NO_INPUT, file + " must hold one line, such as: Bearer TOKEN");
      }
      return line;
    } catch (IOException e) {
      throw new CommandException(ExitCode.NO_INPUT, file + " cannot be read", e);
    }
  }
}
