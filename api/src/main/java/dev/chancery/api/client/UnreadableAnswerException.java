package dev.chancery.api.client;

/** An answer came, but not one of this interface: perhaps another server, or another version. */
public final class UnreadableAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableAnswerException(String message) {
    super(message);
  }
}
