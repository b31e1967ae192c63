package dev.chancery.signing;

import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;

/**
 * Remembers the ECDSA signatures that this process made last and finds a nonce used twice: two
 * signatures of one key over different messages with the same r give the private key to whoever
 * reads both. Over the same message it is harmless, and what a deterministic token does (RFC 6979).
 *
 * <p>Of r it keeps the first 64 bits: that two good ones agree in them by chance among 65,536 has a
 * probability below 2<sup>-32</sup>. It sees neither what was signed before the start, nor what
 * another node signs, nor nonces that are related without being equal.
 */
final class NonceWindow {
  /** As many signatures as are remembered, over all keys. */
  static final int SIZE = 65_536;

  private final LinkedHashMap<Nonce, Sha256> newest = new LinkedHashMap<>();

  private record Nonce(KeyId key, long r) {}

  /**
   * Remembers a signature and says whether its nonce was used before.
   *
   * @param digest of the message
   * @param signature ECDSA: r comes first
   * @return whether a signature remembered has the same key and r, and another message
   */
  synchronized boolean repeats(KeyId key, Sha256 digest, RawSignature signature) {
    Nonce nonce = new Nonce(key, ByteBuffer.wrap(signature.bytes()).getLong());
    Sha256 before = newest.putIfAbsent(nonce, digest);
    if (newest.size() > SIZE) {
      newest.pollFirstEntry();
    }
    return before != null && !before.equals(digest);
  }
}
