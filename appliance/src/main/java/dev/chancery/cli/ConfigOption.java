package dev.chancery.cli;

import dev.chancery.config.ApplianceConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which appliance: its directory, or its configuration file. */
final class ConfigOption {
  private static final String FILE = "chancery.yaml";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "Directory with chancery.yaml. Default: the current one.")
  private @Nullable Path directory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration file, where it has another name or place.")
  private @Nullable Path config;

  /** The appliance in {@code directory}. */
  static ConfigOption of(Path directory) {
    ConfigOption option = new ConfigOption();
    option.directory = directory;
    return option;
  }

  /** The file meant. */
  Path file(Surroundings surroundings) {
    if (config != null && directory != null) {
      throw new ParameterException(spec.commandLine(), "give either DIR or --config, not both");
    }
    if (config != null) {
      return surroundings.resolve(config);
    }
    return surroundings.resolve(directory == null ? Path.of("") : directory).resolve(FILE);
  }

  /**
   * The configuration meant.
   *
   * @throws dev.chancery.config.ConfigException if it is not right
   */
  ApplianceConfig load(Surroundings surroundings) {
    return ApplianceConfig.load(file(surroundings));
  }
}
