package dev.chancery.ceremony.shares;

import java.util.Arrays;

/**
 * A random PIN of 20 bytes, as the 32 characters a token takes. Nobody sees it: {@link #toString}
 * hides it and {@link #close} overwrites it.
 */
public final class SecretPin implements AutoCloseable {
  private final byte[] bytes;
  private boolean wiped;

  /**
   * @param bytes kept, not copied
   */
  SecretPin(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The PIN in base 32, ASCII; to be wiped by the caller. */
  public char[] characters() {
    if (wiped) {
      throw new IllegalStateException("the PIN has been wiped");
    }
    return Base32.encode(bytes);
  }

  /** The bytes themselves; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    wiped = true;
  }

  @Override
  public String toString() {
    return "SecretPin[hidden]";
  }
}
