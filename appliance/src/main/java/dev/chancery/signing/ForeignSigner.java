package dev.chancery.signing;

import dev.chancery.api.KeyRecord;
import dev.chancery.hsm.TokenException;
import java.util.concurrent.CompletableFuture;

/**
 * The old signer that still holds the keys of mode {@code foreign}. It gets bytes that were
 * admitted and recorded like any others, and its signature is verified against the registered
 * public key before it is released. Safe for many threads.
 */
@FunctionalInterface
public interface ForeignSigner {
  /** What the {@code ckr} of every failure of the old signer begins with. */
  String FAILURE = "UPSTREAM_";

  /** Where no old signer is configured: every signature fails with {@code UPSTREAM_MISSING}. */
  ForeignSigner NONE =
      (key, message) ->
          CompletableFuture.failedFuture(
              new TokenException(
                  "UPSTREAM_MISSING", "no upstream is configured for foreign key " + key.id()));

  /**
   * Has the old signer sign.
   *
   * @param message the exact bytes; to be hashed there where the algorithm wants a digest
   * @return the signature in PKCS#11 form (ECDSA: r and s, 32 bytes each); fails in bounded time
   *     with {@link TokenException}, whose {@code ckr} is a word in capitals such as {@code
   *     UPSTREAM_TIMEOUT}; not retried here, so that the ledger can show each attempt
   */
  CompletableFuture<byte[]> sign(KeyRecord key, byte[] message);
}
