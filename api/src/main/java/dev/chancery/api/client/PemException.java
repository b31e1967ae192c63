package dev.chancery.api.client;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A PEM file does not hold what it should; the message never shows what it does hold. */
public final class PemException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  PemException(Path file, String problem) {
    super(file.toString(), null, problem);
  }
}
