package dev.chancery.access;

/** {@code access.yaml} is not what it must be; the message names file, line and column. */
public final class AccessFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AccessFileException(String file, int line, int column, String problem) {
    super(file + ":" + line + ":" + column + ": " + problem);
  }

  AccessFileException(String file, String problem) {
    super(file + ": " + problem);
  }
}
