package dev.chancery.cli.init;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import dev.chancery.cli.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SoftHSM's PKCS#11 library, where distributions install it. */
public final class SoftHsmLibrary {
  /** What to say where there is none. */
  public static final String MISSING =
      "SoftHSM is not installed (Debian: apt-get install softhsm2; Fedora: dnf install softhsm), or"
          + " name its library with --module";

  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
          Path.of("/usr/lib64/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/libsofthsm2.so"),
          Path.of("/usr/local/lib/softhsm/libsofthsm2.so"));

  private SoftHsmLibrary() {}

  /**
   * The library that {@code --module} names, or else the first one there is.
   *
   * @throws CommandException if there is none
   */
  public static Path required(@Nullable Path module, Surroundings surroundings) {
    if (module != null) {
      Path named = surroundings.resolve(module);
      if (!Files.isRegularFile(named)) {
        throw new CommandException(ExitCode.NO_INPUT, "--module: there is no file " + named);
      }
      return named;
    }
    return find().orElseThrow(() -> new CommandException(ExitCode.UNAVAILABLE, MISSING));
  }

  /** The first one there is. */
  public static Optional<Path> find() {
    return PLACES.stream().filter(Files::isRegularFile).findFirst();
  }
}
