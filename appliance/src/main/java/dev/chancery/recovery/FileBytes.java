package dev.chancery.recovery;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A metadata file as a trust server serves it, byte for byte. */
public final class FileBytes {
  private final byte[] bytes;

  public FileBytes(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Standard base64. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
