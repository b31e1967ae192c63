package dev.chancery.hsm;

/**
 * A key pair whose private half stays in the token; passed the attribute check when it was made or
 * last read.
 */
public final class TokenKey {
  private final String id;
  private final KeySpec spec;
  private final byte[] subjectPublicKeyInfo;
  private final KeyAttributes attributes;

  public TokenKey(String id, KeySpec spec, byte[] subjectPublicKeyInfo, KeyAttributes attributes) {
    this.id = id;
    this.spec = spec;
    this.subjectPublicKeyInfo = subjectPublicKeyInfo.clone();
    this.attributes = attributes;
  }

  /** Its CKA_ID, by which it is found again; 1 to 64 printable ASCII characters. */
  public String id() {
    return id;
  }

  /** What it is. */
  public KeySpec spec() {
    return spec;
  }

  /** A copy of the DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */
  public byte[] subjectPublicKeyInfo() {
    return subjectPublicKeyInfo.clone();
  }

  /** What the token says of the private key. */
  public KeyAttributes attributes() {
    return attributes;
  }

  /**
   * Whether the token says that the key was made in it; else it was put in, and copies of it may
   * exist elsewhere.
   */
  public boolean isMadeInToken() {
    return !Boolean.FALSE.equals(attributes.values().get("CKA_LOCAL"));
  }

  @Override
  public String toString() {
    return "TokenKey[" + id + ", " + spec + "]";
  }
}
