package dev.chancery.migrate;

import org.jspecify.annotations.Nullable;

/**
 * What the migration needs cannot be had. The message is for the person at the terminal and holds
 * no secret.
 */
public final class MigrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What sort of thing is missing. */
  public enum Kind {
    /** A file or what stands in it; another one has to be given. */
    INPUT,
    /** A database or server; trying again may help. */
    UNAVAILABLE
  }

  private final Kind kind;

  private MigrationException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static MigrationException input(String message) {
    return new MigrationException(Kind.INPUT, message, null);
  }

  static MigrationException unavailable(String message, Throwable cause) {
    return new MigrationException(Kind.UNAVAILABLE, message, cause);
  }

  public Kind kind() {
    return kind;
  }
}
