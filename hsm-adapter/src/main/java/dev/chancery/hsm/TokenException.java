package dev.chancery.hsm;

import org.jspecify.annotations.Nullable;

/**
 * The token is absent, logged out, lacks the key or failed. {@link #ckr} is the CKR_ name, or a
 * word in capitals of our own ({@code TIMEOUT}, {@code TOKEN_NOT_FOUND}, {@code TOKEN_AMBIGUOUS},
 * {@code KEY_ATTRIBUTES}, …) where PKCS#11 has none.
 */
public final class TokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String ckr;

  public TokenException(String ckr, String message) {
    this(ckr, message, null);
  }

  public TokenException(String ckr, String message, @Nullable Throwable cause) {
    super(ckr + ": " + message, cause);
    this.ckr = ckr;
  }

  public String ckr() {
    return ckr;
  }
}
