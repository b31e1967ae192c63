package dev.chancery.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that a command makes and never writes over. */
final class NewFile {
  private final Path path;

  private NewFile(Path path) {
    this.path = path;
  }

  /** Makes sure, before anything else is done, that nothing is there yet. */
  static NewFile at(Path path) {
    if (Files.exists(path)) {
      throw new CommandException(ExitCode.CANNOT_CREATE, path + " exists already");
    }
    return new NewFile(path);
  }

  Path path() {
    return path;
  }

  void write(byte[] content) {
    try {
      Files.write(path, content, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new CommandException(ExitCode.CANNOT_CREATE, path + " cannot be written", e);
    }
  }
}
