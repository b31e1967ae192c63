package dev.chancery.hsm;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A PIN: 1 to 255 bytes of UTF-8, which {@link #close} overwrites. It is never shown: {@link
 * #toString} says only that it is one.
 */
public final class Pin implements AutoCloseable {
  private static final int MAX_BYTES = 255;

  private final byte[] bytes;
  private boolean wiped;

  private Pin(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      Arrays.fill(bytes, (byte) 0);
      throw new IllegalArgumentException("a PIN has 1 to 255 bytes");
    }
    this.bytes = bytes;
  }

  /** A PIN of {@code characters}, which the caller may and should wipe afterwards. */
  public static Pin of(char[] characters) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    encoded.clear();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    return new Pin(bytes);
  }

  /** A PIN of UTF-8 {@code bytes}; they are copied, and the caller may wipe them afterwards. */
  public static Pin of(byte[] bytes) {
    return new Pin(bytes.clone());
  }

  /** A second PIN of the same bytes, to be closed by itself. */
  public Pin copy() {
    return new Pin(bytes());
  }

  int length() {
    return bytes.length;
  }

  /** A copy, to be wiped by the caller. */
  byte[] bytes() {
    synchronized (bytes) {
      if (wiped) {
        throw new IllegalStateException("the PIN has been wiped");
      }
      return bytes.clone();
    }
  }

  /** As characters, to be wiped by the caller. */
  char[] characters() {
    byte[] copy = bytes();
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(copy));
    Arrays.fill(copy, (byte) 0);
    char[] characters = new char[decoded.remaining()];
    decoded.get(characters);
    decoded.clear();
    while (decoded.hasRemaining()) {
      decoded.put('\0');
    }
    return characters;
  }

  /** Overwrites the PIN. */
  @Override
  public void close() {
    synchronized (bytes) {
      Arrays.fill(bytes, (byte) 0);
      wiped = true;
    }
  }

  @Override
  public String toString() {
    return "Pin[hidden]";
  }
}
