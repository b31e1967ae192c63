package dev.chancery.hsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Reads a PIN from a file that nobody else can read. */
final class PinFile {
  private static final long MAX_BYTES = 1024;
  private static final int MODE_BITS = 07777;
  private static final int GROUP_READ = 0040;
  private static final int GROUP_AND_OTHERS = 0077;

  /** Who besides the owner may appear in the file's mode. */
  enum Access {
    /** Nobody. */
    OWNER_ONLY,
    /** The group, for reading, in a file of root's: that is how systemd's ACL looks. */
    SYSTEMD_CREDENTIAL
  }

  private PinFile() {}

  static Pin read(Path file, Access access) {
    try {
      checkOwnerAndMode(file, access);
      return firstLine(file);
    } catch (IOException e) {
      throw new TokenException(
          "PIN_UNAVAILABLE", "PIN file " + file + " cannot be read: " + e.getClass().getName(), e);
    }
  }

  private static void checkOwnerAndMode(Path file, Access access) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw unavailable(file, Files.exists(file) ? "is not a regular file" : "does not exist");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw unavailable(file, "is longer than 1024 bytes and so no PIN file");
    }
    int owner = attribute(file, "unix:uid");
    if (owner != 0 && owner != attribute(Path.of("/proc/self"), "unix:uid")) {
      throw unavailable(
          file, "belongs to uid " + owner + "; it must belong to this process's user or to root");
    }
    int mode = attribute(file, "unix:mode") & MODE_BITS;
    boolean systemd = access == Access.SYSTEMD_CREDENTIAL && owner == 0;
    int forbidden = systemd ? GROUP_AND_OTHERS & ~GROUP_READ : GROUP_AND_OTHERS;
    if ((mode & forbidden) != 0) {
      throw unavailable(
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

  private static Pin firstLine(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOf(content, end);
    try {
      return Pin.of(line);
    } catch (IllegalArgumentException e) {
      throw unavailable(file, "holds no PIN of 1 to 255 bytes in its first line");
    } finally {
      Arrays.fill(line, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  private static TokenException unavailable(Path file, String why) {
    return new TokenException("PIN_UNAVAILABLE", "PIN file " + file + " " + why);
  }
}
