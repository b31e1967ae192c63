package dev.chancery.hsm;

/** The kinds of key pair a token is asked to make, each with one way to sign. */
public enum KeySpec {
  /** CKK_EC on P-256; signs the SHA-256 of the message with CKM_ECDSA: r and s, 64 bytes. */
  EC_P256,
  /** CKK_EC_EDWARDS on Ed25519; signs the message with CKM_EDDSA: 64 bytes. */
  ED25519,
  /** CKK_RSA, 2048 bits, e = 65537; RSA-PSS with SHA-256, MGF1-SHA-256, salt 32 bytes. */
  RSA_2048,
  /** As {@link #RSA_2048} with 3072 bits. */
  RSA_3072,
  /** As {@link #RSA_2048} with 4096 bits. */
  RSA_4096
}
