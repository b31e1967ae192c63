package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The directory of one service: everything it has is in here, and nobody else may look in. */
final class ServiceDirectory {
  private static final String MARKER = "dct.properties";

  /** A UNIX socket's path may have 107 bytes (unix(7)); what comes after the directory has less. */
  private static final int MOST_BYTES = 80;

  private final Path path;

  private ServiceDirectory(Path path) {
    this.path = path;
  }

  /**
   * Makes {@code path}, or takes it if it is empty.
   *
   * @throws CommandException if there is anything in it
   */
  static ServiceDirectory make(Path path, Settings settings) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      checkEmpty(path);
    }
    Path absolute = path.toAbsolutePath();
    if (absolute.toString().getBytes(UTF_8).length > MOST_BYTES) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          absolute
              + " is longer than "
              + MOST_BYTES
              + " bytes, and the database's socket in it would have a path that is too long; name"
              + " another directory");
    }
    Files.createDirectories(absolute);
    Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
    ServiceDirectory made = new ServiceDirectory(absolute.toRealPath());
    made.settle(settings);
    return made;
  }

  /**
   * The service in {@code path}.
   *
   * @throws CommandException if there is none
   */
  static ServiceDirectory existing(Path path) throws IOException {
    if (!isService(path)) {
      throw new CommandException(
          ExitCode.NO_INPUT,
          "there is no service in " + path + ": no " + MARKER + "; 'chancery dct up' makes one");
    }
    return new ServiceDirectory(path.toRealPath());
  }

  /** Whether a service was made in {@code path}. */
  static boolean isService(Path path) {
    return Files.isRegularFile(path.resolve(MARKER), LinkOption.NOFOLLOW_LINKS);
  }

  private static void checkEmpty(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new CommandException(ExitCode.CANNOT_CREATE, path + " is no directory");
    }
    try (Stream<Path> entries = Files.list(path)) {
      if (entries.findAny().isPresent()) {
        throw new CommandException(
            ExitCode.CANNOT_CREATE,
            path + " holds something that 'chancery dct up' did not make; name a new directory");
      }
    }
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Makes a directory in it, if it is not there. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(path.resolve(name));
  }

  /** Writes a file in it: whole, or as it was. */
  Path write(String name, String content) throws IOException {
    Path file = path.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, content, UTF_8);
    return Files.move(
        fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  boolean has(String name) {
    return Files.exists(path.resolve(name));
  }

  Settings settings() throws IOException {
    return Settings.load(path.resolve(MARKER));
  }

  /** Writes the settings down; from the first time on the directory is a service's. */
  void settle(Settings settings) throws IOException {
    write(MARKER, settings.text());
  }

  /**
   * Keeps other commands out until it is closed.
   *
   * @throws CommandException if another is at work
   */
  FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory("run").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process: said below.
    }
    channel.close();
    throw new CommandException(
        ExitCode.UNAVAILABLE, "another 'chancery dct' is at work in " + path + "; wait for it");
  }

  /** Removes it with all that is in it, the marker last, so that a second try finds the rest. */
  void purge() throws IOException {
    Path marker = path.resolve(MARKER);
    List<Path> rest;
    try (Stream<Path> entries = Files.list(path)) {
      rest = entries.filter(each -> !each.equals(marker)).toList();
    }
    for (Path each : rest) {
      Trees.remove(each);
    }
    Files.delete(marker);
    Files.delete(path);
  }
}
