package dev.chancery.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-512 digest: 64 bytes that do not change, equal by content. */
public final class Sha512 {
  /** Length of a digest in bytes. */
  public static final int LENGTH = 64;

  private final byte[] bytes;

  private Sha512(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The digest of {@code message}. */
  public static Sha512 of(byte[] message) {
    try {
      return new Sha512(MessageDigest.getInstance("SHA-512").digest(message));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-512", e);
    }
  }

  /**
   * The digest that {@code bytes} are.
   *
   * @throws IllegalArgumentException if they are not 64
   */
  public static Sha512 fromBytes(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a SHA-512 has 64 bytes, not " + bytes.length);
    }
    return new Sha512(bytes.clone());
  }

  /** A copy of the 64 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Standard base64 with padding, as in Notary's {@code hashes}. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sha512 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
