package dev.chancery.ceremony.shares;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter.Algorithm;
import org.bouncycastle.crypto.threshold.ShamirSplitSecret;
import org.bouncycastle.crypto.threshold.ShamirSplitSecretShare;

/**
 * Shamir's secret sharing over GF(2^8), Bouncy Castle's. Its objects keep copies that cannot be
 * wiped; they live until the garbage collector's next round, inside this process (ADR-0021).
 */
final class Shamir {
  private Shamir() {}

  /** Parts 1 to {@code count} of {@code secret}, of which any {@code needed} give it back. */
  static byte[][] split(byte[] secret, int needed, int count, SecureRandom random) {
    ShamirSplitSecretShare[] parts =
        ShamirSecretSplitter.getInstance(Algorithm.AES, secret.length, random)
            .resplit(secret, needed, count)
            .getSecretShares();
    try {
      byte[][] bodies = new byte[count][];
      for (int i = 0; i < count; i++) {
        bodies[i] = parts[i].getEncoded();
      }
      return bodies;
    } catch (IOException e) {
      throw new IllegalStateException("a share is in memory already", e);
    }
  }

  /** The secret of exactly as many parts as are needed; it is nonsense if one is not of it. */
  static byte[] combine(List<Share> shares) {
    ShamirSplitSecretShare[] parts =
        shares.stream()
            .map(share -> new ShamirSplitSecretShare(share.body(), share.index()))
            .toArray(ShamirSplitSecretShare[]::new);
    byte[] secret = {};
    try {
      secret = ShamirSplitSecret.getInstance(Algorithm.AES, parts).getSecret();
      return secret.clone();
    } catch (IOException e) {
      throw new IllegalStateException("the shares are in memory already", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
