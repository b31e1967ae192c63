package dev.chancery.api;

/**
 * What a key of the appliance is and how it signs, with the words Notary uses for it (RULES K-N1,
 * K-N3).
 */
public enum Algorithm {
  /** ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each (RULES K-N4). */
  ECDSA("ecdsa", "ecdsa", "ecdsa"),
  /** Ed25519 over the message itself; 64 bytes (RULES K-N6). */
  ED25519("ed25519", "ed25519", "eddsa"),
  /** RSA-PSS, modulus 2048 bits, SHA-256, MGF1-SHA-256, salt 32 bytes (RULES K-N5). */
  RSA_2048("rsa-2048", "rsa", "rsapss"),
  /** RSA-PSS, modulus 3072 bits, otherwise as {@link #RSA_2048}. */
  RSA_3072("rsa-3072", "rsa", "rsapss"),
  /** RSA-PSS, modulus 4096 bits, otherwise as {@link #RSA_2048}. */
  RSA_4096("rsa-4096", "rsa", "rsapss");

  private final String id;
  private final String notaryKeyType;
  private final String notaryMethod;

  Algorithm(String id, String notaryKeyType, String notaryMethod) {
    this.id = id;
    this.notaryKeyType = notaryKeyType;
    this.notaryMethod = notaryMethod;
  }

  /** The name in requests, answers and ledger rows; for EC and Ed25519 also notary-server's. */
  public String id() {
    return id;
  }

  /** The {@code keytype} of a Notary key object. */
  public String notaryKeyType() {
    return notaryKeyType;
  }

  /** The {@code method} of a Notary signature. */
  public String notaryMethod() {
    return notaryMethod;
  }

  /**
   * The algorithm whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Algorithm of(String id) {
    for (Algorithm algorithm : values()) {
      if (algorithm.id.equals(id)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("not an algorithm: " + id);
  }
}
