package dev.chancery.recovery;

/** A list is not of the form that its page in docs describes; the message says where. */
public final class ListFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ListFormatException(String message) {
    super(message);
  }
}
