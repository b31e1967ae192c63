package dev.chancery.api;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), equal by content. */
public final class PublicKeyInfo {
  private final byte[] der;

  public PublicKeyInfo(byte[] der) {
    this.der = der.clone();
  }

  /** A copy of the DER bytes. */
  public byte[] der() {
    return der.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKeyInfo that && Arrays.equals(der, that.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }
}
