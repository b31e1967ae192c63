package dev.chancery.cli;

import dev.chancery.served.ServedFiles;
import dev.chancery.served.TufFiles;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where metadata is served: a notary-server, or the files of one TUF repository. */
final class ServedOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private TrustServerOptions trustServer = new TrustServerOptions();

  @Option(
      names = "--metadata",
      paramLabel = "URL|DIR",
      description =
          "Instead of a notary-server: where the metadata of one TUF repository is, the address or"
              + " the directory with timestamp.json. Needs --repository.")
  private @Nullable String metadata;

  /**
   * What is served there.
   *
   * @param isOneRepository whether exactly one repository was named
   */
  ServedFiles open(Surroundings surroundings, boolean isOneRepository) {
    if (metadata == null) {
      if (!trustServer.isGiven()) {
        throw new ParameterException(
            spec.commandLine(), "where is it served? Give --trust-server or --metadata");
      }
      return trustServer.files(surroundings);
    }
    if (trustServer.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "give one of --trust-server and --metadata, not both");
    }
    if (!isOneRepository) {
      throw new ParameterException(
          spec.commandLine(), "--metadata is of one repository: name it with --repository");
    }
    return metadata.matches("https?://.*")
        ? trustServer.tufFiles(URI.create(metadata), surroundings)
        : TufFiles.in(surroundings.resolve(Path.of(metadata)));
  }
}
