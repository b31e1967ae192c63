package dev.chancery.api;

import org.jspecify.annotations.Nullable;

/** The canonical JSON of a {@code signed} object: the exact bytes that a signature covers. */
public final class CanonicalBytes {
  private final byte[] bytes;
  private final Sha256 sha256;

  public CanonicalBytes(byte[] bytes) {
    this.bytes = bytes.clone();
    this.sha256 = Sha256.of(bytes);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Digest of the bytes. */
  public Sha256 sha256() {
    return sha256;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CanonicalBytes that && sha256.equals(that.sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return "sha256:" + sha256;
  }
}
