package dev.chancery.api;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A signature as PKCS#11 gives it: ECDSA as r and s of 32 bytes each, Ed25519 64 bytes, RSA-PSS as
 * many bytes as the modulus.
 */
public final class RawSignature {
  private final byte[] bytes;

  public RawSignature(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Standard base64 with padding: Notary's {@code sig} (RULES K-N7). */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RawSignature that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return base64();
  }
}
