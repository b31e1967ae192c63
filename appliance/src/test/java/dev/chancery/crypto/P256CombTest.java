package dev.chancery.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comb alone, without the second look that a no gets in a key. */
class P256CombTest {
  private static final ECDomainParameters P256 =
      new ECDomainParameters(CustomNamedCurves.getByName("P-256"));
  private static final BigInteger N = P256.getN();
  private static final P256Comb.WideMultiples BASE = P256Comb.WideMultiples.of(P256.getG());

  private final Random random = new Random(7);

  private static P256Comb comb(ECPoint key) {
    return P256Comb.of(key.normalize(), BASE);
  }

  private static boolean bouncyCastle(ECPoint key, byte[] digest, BigInteger r, BigInteger s) {
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(key, P256));
    return verifier.verifySignature(digest, r, s);
  }

  private byte[] digest() {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return digest;
  }

  @ParameterizedTest(name = "under the key {0}")
  @ValueSource(
      strings = {
        "1", // the base point itself: sums of equal points
        "2",
        "10000", // 2^16, a shifted tooth of the comb
        "100000000",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", // n - 1: they cancel
        "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8",
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
      })
  void saysYesAndNoAsBouncyCastleDoes(String hex) {
    BigInteger secret = new BigInteger(hex, 16);
    ECPoint key = P256.getG().multiply(secret).normalize();
    P256Comb comb = comb(key);
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ECPrivateKeyParameters(secret, P256));
    for (int i = 0; i < 40; i++) {
      byte[] digest = digest();
      BigInteger[] good = signer.generateSignature(digest);
      assertTrue(comb.verifies(digest, good[0], good[1]));
      assertTrue(comb.verifies(digest, good[0], N.subtract(good[1])), "its mirror verifies too");
      BigInteger other = new BigInteger(256, random).mod(N);
      assertFalse(comb.verifies(digest, good[0], other));
      assertFalse(comb.verifies(digest, other, good[1]));
      assertFalse(comb.verifies(digest(), good[0], good[1]));
      // u1 = u2: with the key 1 each step adds equal points, with n - 1 the sum is infinity.
      byte[] same = BigIntegers.asUnsignedByteArray(32, other);
      assertEquals(
          bouncyCastle(key, same, other, good[1]), comb.verifies(same, other, good[1]), hex);
    }
  }

  @Test
  void refusesNumbersOutOfRange() {
    P256Comb comb = comb(P256.getG());
    byte[] digest = digest();
    for (BigInteger wrong : new BigInteger[] {BigInteger.ZERO, N, N.add(BigInteger.ONE)}) {
      assertFalse(comb.verifies(digest, wrong, BigInteger.ONE));
      assertFalse(comb.verifies(digest, BigInteger.ONE, wrong));
    }
  }

  @Test
  void countsModuloThePrimeAtItsEdges() {
    BigInteger p = P256Field.PRIME;
    BigInteger[] edges = {
      BigInteger.ZERO,
      BigInteger.ONE,
      BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
      BigInteger.TWO.pow(96),
      BigInteger.TWO.pow(255),
      p.subtract(BigInteger.ONE),
      p.subtract(BigInteger.TWO.pow(64)),
      new BigInteger(255, random).mod(p)
    };
    for (BigInteger x : edges) {
      for (BigInteger y : edges) {
        long[] a = P256Field.of(x);
        long[] b = P256Field.of(y);
        long[] out = new long[P256Field.LIMBS];
        P256Field.add(out, a, b);
        assertArrayEquals(P256Field.of(x.add(y).mod(p)), out);
        P256Field.subtract(out, a, b);
        assertArrayEquals(P256Field.of(x.subtract(y).mod(p)), out);
        P256Field.multiply(out, a, b, 0);
        assertArrayEquals(P256Field.of(x.multiply(y).mod(p)), out);
      }
    }
  }
}
