package dev.chancery.backup;

import org.jspecify.annotations.Nullable;

/**
 * A backup cannot be made for these recipients, or a file is no backup that can be restored. The
 * message is for the person at the terminal and holds no secret.
 */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BackupException(String message) {
    this(message, null);
  }

  BackupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
