package dev.chancery.canonical;

/** Bytes that are not JSON of the restricted form, with the reason and the place. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final long offset;

  /**
   * @param reason printable ASCII
   * @param offset bytes before the place where it was noticed
   */
  MalformedJsonException(String reason, long offset) {
    super(reason + " at byte " + offset, null, false, false);
    this.reason = reason;
    this.offset = offset;
  }

  /** What is wrong, in printable ASCII. */
  public String reason() {
    return reason;
  }

  /** Number of bytes before the place where it was noticed. */
  public long offset() {
    return offset;
  }
}
