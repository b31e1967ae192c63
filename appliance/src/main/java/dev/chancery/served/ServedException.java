package dev.chancery.served;

import org.jspecify.annotations.Nullable;

/** What is served cannot be had. The message is for the person at the terminal. */
public final class ServedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What sort of thing is in the way. */
  public enum Kind {
    /** An address or a file that was given; another one has to be. */
    INPUT,
    /** The answer to this one question. */
    ANSWER,
    /** The server does not answer at all; trying again may help. */
    AWAY
  }

  private final Kind kind;

  ServedException(Kind kind, String message) {
    this(kind, message, null);
  }

  ServedException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
