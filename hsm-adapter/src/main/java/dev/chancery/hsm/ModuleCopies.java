package dev.chancery.hsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of a PKCS#11 library in a private directory. The loader takes another file for another
 * library, so a copy starts with fresh state where the original's is beyond repair, for example
 * after its connection broke, and works while old threads still hang in the original. Each copy
 * stays in memory for good, hence the bounds on their number and pace.
 */
final class ModuleCopies {
  private static final Logger log = LoggerFactory.getLogger(ModuleCopies.class);
  private static final int MAX_COPIES = 256;
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

  private final Path original;
  private @Nullable Path directory;
  private @Nullable Path latest;
  private int made;
  private long lastMade;
  private Duration interval = SHORTEST_INTERVAL;

  ModuleCopies(Path original) {
    this.original = original;
  }

  /**
   * A new copy; empty if it is too early for another one, or there have been too many. One made
   * while the token is away is of no use later, so there must be more; the time between them grows
   * from 1 s to 1 min.
   */
  synchronized Optional<Path> next() {
    Duration since = Duration.ofNanos(System.nanoTime() - lastMade);
    if (made > 0 && since.compareTo(interval) < 0) {
      return Optional.empty();
    }
    if (made >= MAX_COPIES) {
      log.error("{} has been copied {} times; restart the process", original, made);
      return Optional.empty();
    }
    boolean longAgo = since.compareTo(LONGEST_INTERVAL.multipliedBy(2)) > 0;
    interval = longAgo ? SHORTEST_INTERVAL : min(interval.multipliedBy(2), LONGEST_INTERVAL);
    try {
      Path copy = privateDirectory().resolve(made + "-" + original.getFileName());
      Files.copy(original, copy);
      copy.toFile().deleteOnExit();
      if (latest != null) {
        Files.deleteIfExists(latest); // it has been loaded and is not opened again
      }
      latest = copy;
      made++;
      lastMade = System.nanoTime();
      return Optional.of(copy);
    } catch (IOException e) {
      throw new TokenException("MODULE_NOT_LOADED", original + " could not be copied", e);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
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
