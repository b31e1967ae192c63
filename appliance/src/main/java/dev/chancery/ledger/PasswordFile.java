package dev.chancery.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads the database's password from a file that nobody else can read. */
final class PasswordFile {
  private static final long MAX_BYTES = 1024;
  private static final int MODE_BITS = 07777;
  private static final int GROUP_AND_OTHERS = 0077;

  private PasswordFile() {}

  /**
   * The first line of {@code file}.
   *
   * @throws LedgerException if others can read it, it belongs to another user than this process's
   *     or root, or it holds no password
   */
  static String read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw bad(file, Files.exists(file) ? "is not a regular file" : "does not exist");
      }
      requireKept(file);
      if (Files.size(file) > MAX_BYTES) {
        throw bad(file, "is longer than " + MAX_BYTES + " bytes and so no password file");
      }
      return Files.readString(file, StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .filter(line -> !line.isEmpty())
          .orElseThrow(() -> bad(file, "holds no password in its first line"));
    } catch (IOException e) {
      throw new LedgerException(
          "the password file " + file + " cannot be read: " + e.getClass().getName(), e);
    }
  }

  private static void requireKept(Path file) throws IOException {
    int owner = attribute(file, "unix:uid");
    if (owner != 0 && owner != attribute(Path.of("/proc/self"), "unix:uid")) {
      throw bad(
          file, "belongs to uid " + owner + "; it must belong to this process's user or to root");
    }
    int mode = attribute(file, "unix:mode") & MODE_BITS;
    if ((mode & GROUP_AND_OTHERS) != 0) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "has mode %04o, so that others can read or change it; chmod it to 0600",
              mode));
    }
  }

  private static int attribute(Path path, String name) throws IOException {
    return (Integer) Files.getAttribute(path, name);
  }

  private static LedgerException bad(Path file, String why) {
    return new LedgerException("the password file " + file + " " + why);
  }
}
