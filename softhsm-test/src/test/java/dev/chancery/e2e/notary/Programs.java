package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of others, where {@code ./test} or the machine's owner has put them. */
final class Programs {
  // Where ./test unpacks a client of its own, when there is none on the path.
  private static final Path UNPACKED =
      Path.of("..", "target", "docker-client", "usr", "bin").toAbsolutePath().normalize();

  private Programs() {}

  /**
   * A program's place. The test is skipped if it has none; under continuous integration as root,
   * where {@code ./test} installs everything, it fails instead.
   */
  static Path require(String name, String debianPackage) {
    Optional<Path> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    String reason = name + " is not here: ./test installs it (Debian: " + debianPackage + ")";
    if (mayInstall()) {
      return fail(reason);
    }
    return abort(reason);
  }

  private static boolean mayInstall() {
    return "true".equals(System.getenv("CI")) && "root".equals(System.getProperty("user.name"));
  }

  private static Optional<Path> find(String name) {
    String path = System.getenv("PATH") + ":/usr/sbin:" + UNPACKED;
    return Stream.of(path.split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
