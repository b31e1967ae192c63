package dev.chancery.hsm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One PKCS#11 token, logged in as CKU_USER, whose private keys are sensitive, never extractable and
 * made inside it. It knows key ids and bytes, nothing of TUF. Safe for many threads.
 */
public interface SigningToken extends TokenData, AutoCloseable {
  /** The token's label and serial number. */
  TokenIdentity identity();

  /** The kinds of key that this token's mechanism list offers. */
  Set<KeySpec> supported();

  /**
   * Makes a key pair: private key TOKEN, PRIVATE, SENSITIVE, not EXTRACTABLE, SIGN only, not
   * MODIFIABLE, with CKA_ID and CKA_LABEL {@code id}; a self-signed certificate beside it carries
   * the public key. The attributes are read back before it returns. Blocks.
   *
   * @param id 1 to 64 characters of {@code [A-Za-z0-9._-]}, not yet used in this token
   * @throws TokenException with {@code KEY_ATTRIBUTES} and the attribute's name if the read-back
   *     differs (the key is destroyed again); with {@code ID_IN_USE}; or with the CKR name
   */
  TokenKey generate(KeySpec spec, String id);

  /**
   * Puts a software key into the token: from then on SENSITIVE, not EXTRACTABLE, SIGN only, not
   * MODIFIABLE, with a certificate beside it as {@link #generate} makes one. That copies of it may
   * exist elsewhere shows in its attributes for ever: not LOCAL, not ALWAYS_SENSITIVE, not
   * NEVER_EXTRACTABLE. They are read back before it returns. Blocks.
   *
   * @param id as for {@link #generate}
   * @param pkcs8 DER PrivateKeyInfo (RFC 5208); the caller wipes it
   * @param subjectPublicKeyInfo DER; a signature of the key shows that both halves belong together
   * @throws TokenException as {@link #generate}; with {@code SIGNATURE} if the halves do not belong
   *     together; with {@code IMPORT_UNSUPPORTED} if this token takes no such key
   * @throws IllegalArgumentException if {@code pkcs8} is not a private key of that kind
   */
  default TokenKey importKey(KeySpec spec, String id, byte[] pkcs8, byte[] subjectPublicKeyInfo) {
    throw new TokenException("IMPORT_UNSUPPORTED", "this token takes no keys made elsewhere");
  }

  /** The key whose CKA_ID is {@code id}, attributes read now and checked. Blocks. */
  Optional<TokenKey> find(String id);

  /** All keys that pass the attribute check, by CKA_ID. Blocks. */
  List<TokenKey> keys();

  /**
   * Signs {@code message} with the mechanism of the key's {@link KeySpec}, on one of the token's
   * own threads, which also completes the answer. Each call is exactly one C_Sign attempt: nothing
   * is retried here, so that the ledger can show each one.
   *
   * @param message 1 to 4194304 bytes; hashed here where the mechanism wants a digest
   * @return the signature in PKCS#11 form (ECDSA: r and s, 32 bytes each); fails with {@link
   *     TokenException}, {@code TIMEOUT} when the token did not answer in time
   */
  CompletableFuture<byte[]> sign(TokenKey key, byte[] message);

  /**
   * Whether so many signatures wait for a thread that one more, asked for now, would not begin
   * before each thread has made two others.
   */
  default boolean busy() {
    return false;
  }

  /**
   * Whether the token answers now: reads its token info and session state.
   *
   * @throws TokenException if it does not within {@code deadline}
   */
  void probe(Duration deadline);

  @Override
  default List<byte[]> data(String label) {
    throw new TokenException("DATA_UNSUPPORTED", "this token keeps no data objects");
  }

  @Override
  default void replaceData(String label, byte[] value) {
    throw new TokenException("DATA_UNSUPPORTED", "this token keeps no data objects");
  }

  /** Drains what is being signed, logs out and closes its sessions. */
  @Override
  void close();
}
