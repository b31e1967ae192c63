package dev.chancery.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary directory that nobody but its owner can look into. It is removed with everything in
 * it by closing it, and also when the process is told to end before.
 */
public final class ScratchDirectory implements AutoCloseable {
  private final Path path;
  private final Thread remover;

  private ScratchDirectory(Path path) {
    this.path = path;
    this.remover = new Thread(this::remove, "scratch-remover");
  }

  /** A new one, with a name that begins with {@code prefix}. */
  public static ScratchDirectory make(String prefix) throws IOException {
    // Mode 0700: Files.createTempDirectory makes it so on POSIX systems.
    ScratchDirectory made = new ScratchDirectory(Files.createTempDirectory(prefix).toRealPath());
    Runtime.getRuntime().addShutdownHook(made.remover);
    return made;
  }

  /** The directory, absolute and without symbolic links. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }

  private void remove() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      // Removed already.
    } catch (IOException e) {
      throw new UncheckedIOException(path + " could not be removed", e);
    }
  }
}
