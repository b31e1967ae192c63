package dev.chancery.hsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a PKCS#11 library in a private directory. The loader takes another file for another
 * library, so a copy starts with fresh state where the original's is beyond repair, for example
 * after its connection broke, and works while old threads still hang in the original. Each copy
 * stays in memory for good, hence the bounds on their number and pace.
 */
final class ModuleCopies {
  private static final int MAX_COPIES = 32;
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(20);

  private final Path original;
  private @Nullable Path directory;
  private int made;
  private long lastMade;

  ModuleCopies(Path original) {
    this.original = original;
  }

  /** A new copy; empty if it is too early for another one, or there have been too many. */
  synchronized Optional<Path> next() {
    boolean tooEarly = made > 0 && System.nanoTime() - lastMade < MIN_INTERVAL.toNanos();
    if (tooEarly || made >= MAX_COPIES) {
      return Optional.empty();
    }
    try {
      Path copy = privateDirectory().resolve(made + "-" + original.getFileName());
      Files.copy(original, copy);
      copy.toFile().deleteOnExit();
      made++;
      lastMade = System.nanoTime();
      return Optional.of(copy);
    } catch (IOException e) {
      throw new TokenException("MODULE_NOT_LOADED", original + " could not be copied", e);
    }
  }

  private Path privateDirectory() throws IOException {
    Path existing = directory;
    if (existing != null) {
      return existing;
    }
    Path created =
        Files.createTempDirectory(
            "pkcs11",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    created.toFile().deleteOnExit();
    directory = created;
    return created;
  }
}
