package dev.chancery.cli.doctor;

/**
 * What one look at one thing showed.
 *
 * @param check what was looked at, such as {@code token}
 * @param detail what was seen
 * @param remedy what to do; empty when all is well
 */
public record Finding(String check, Status status, String detail, String remedy) {
  /** How it is. */
  public enum Status {
    /** As it should be. */
    OK,
    /** It works, but somebody should look at it. */
    WARN,
    /** It does not work, or must not go on. */
    FAIL
  }
}
