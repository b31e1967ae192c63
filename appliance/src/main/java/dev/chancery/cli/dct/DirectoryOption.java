package dev.chancery.cli.dct;

import dev.chancery.cli.Surroundings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which service: its directory. */
final class DirectoryOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The directory of the service. Default: chancery/dct in $$XDG_DATA_HOME, or in"
              + " ~/.local/share.")
  private @Nullable Path directory;

  /** The directory meant, absolute. */
  Path of(Surroundings surroundings) {
    if (directory != null) {
      return surroundings.resolve(directory);
    }
    // XDG Base Directory Specification: a path that is not absolute is to be ignored.
    String data = surroundings.environment().getOrDefault("XDG_DATA_HOME", "");
    if (data.startsWith("/")) {
      return Path.of(data, "chancery", "dct");
    }
    String home = surroundings.environment().getOrDefault("HOME", "");
    if (!home.startsWith("/")) {
      throw new ParameterException(spec.commandLine(), "HOME is not set: name a DIR");
    }
    return Path.of(home, ".local", "share", "chancery", "dct");
  }
}
