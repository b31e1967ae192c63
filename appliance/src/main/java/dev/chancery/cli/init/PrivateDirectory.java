package dev.chancery.cli.init;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory being filled that nobody but its owner can look into: directories 0700, files 0600.
 * Unless {@link #keep} is called, closing it removes whatever was put there, and the directory too
 * if it was made here.
 *
 * <p>It is filled in place rather than moved there at the end, because a PKCS#11 library goes on
 * using the token directory that it was loaded with.
 */
public final class PrivateDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> NEW_DIRECTORY =
      PosixFilePermissions.asFileAttribute(DIRECTORY_MODE);
  private static final FileAttribute<?> NEW_FILE = PosixFilePermissions.asFileAttribute(FILE_MODE);

  private final Path path;
  private final boolean made;
  private final Path before;
  private boolean kept;

  /**
   * @param before the nearest directory that was there already
   */
  private PrivateDirectory(Path path, boolean made, Path before) {
    this.path = path;
    this.made = made;
    this.before = before;
  }

  /**
   * Makes {@code path}, with its parents where they are missing, or takes it if it is there and
   * empty.
   *
   * @throws TargetNotEmptyException if there is anything in it, or it is no directory
   */
  public static PrivateDirectory open(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      Path real = absolute.toRealPath();
      checkEmpty(real);
      Files.setPosixFilePermissions(real, DIRECTORY_MODE);
      return new PrivateDirectory(real, false, real);
    }
    Path before = absolute;
    while (before.getParent() != null && !Files.exists(before)) {
      before = before.getParent();
    }
    Path realBefore = before.toRealPath();
    Path parent = absolute.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(absolute, NEW_DIRECTORY);
    return new PrivateDirectory(absolute.toRealPath(), true, realBefore);
  }

  private static void checkEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new TargetNotEmptyException(directory, null);
    }
    try (Stream<Path> entries = Files.list(directory)) {
      @Nullable Path first = entries.sorted().findFirst().orElse(null);
      if (first != null) {
        throw new TargetNotEmptyException(directory, first.getFileName());
      }
    }
  }

  /** The directory, absolute and without symbolic links. */
  public Path path() {
    return path;
  }

  /** A path in it. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Makes a directory in it. */
  public Path directory(String name) throws IOException {
    return Files.createDirectory(path.resolve(name), NEW_DIRECTORY);
  }

  /** Makes a file in it, on disk when this returns. */
  Path file(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a file in it, on disk when this returns. */
  public Path file(String name, byte[] content) throws IOException {
    Path file = path.resolve(name);
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), NEW_FILE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    return file;
  }

  /** Takes away what others may do with files that libraries made, and syncs every directory. */
  public void seal() throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.setPosixFilePermissions(file, FILE_MODE);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
            force(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Makes its newest names durable, its own and those of the directories made for it as well: a
   * name is on disk when the directory that holds it was synced.
   */
  public void sync() throws IOException {
    force(path);
    for (Path each = path; !each.equals(before); ) {
      each = Objects.requireNonNull(each.getParent(), "it lies below where it was made");
      force(each);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** From now on {@link #close} removes nothing. */
  public synchronized void keep() {
    kept = true;
  }

  @Override
  public synchronized void close() throws IOException {
    if (kept) {
      return;
    }
    kept = true;
    List<Path> all = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(path)) {
      tree.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path each : all) {
      if (made || !each.equals(path)) {
        Files.deleteIfExists(each);
      }
    }
  }
}
