package dev.chancery.crypto;

import java.math.BigInteger;
import org.bouncycastle.util.BigIntegers;
import org.bouncycastle.util.Pack;

/**
 * Arithmetic modulo the prime of P-256, p = 2^256 − 2^224 + 2^192 + 2^96 − 1, for public values:
 * the time it takes depends on them. A number is four 64-bit limbs, the lowest first, in Montgomery
 * form (times 2^256) and below p.
 */
final class P256Field {
  /** Limbs of a number. */
  static final int LIMBS = 4;

  /** p. */
  static final BigInteger PRIME =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

  private static final long P1 = 0x00000000ffffffffL;
  private static final long P3 = 0xffffffff00000001L;

  /** 2^512, which takes a number to its Montgomery form. */
  private static final long[] SQUARE = limbs(BigInteger.TWO.pow(512).mod(PRIME));

  private P256Field() {}

  /** The limbs of {@code value}, 0 to 2^256 − 1, as they are. */
  static long[] limbs(BigInteger value) {
    byte[] bytes = BigIntegers.asUnsignedByteArray(Long.BYTES * LIMBS, value);
    long[] limbs = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      limbs[LIMBS - 1 - i] = Pack.bigEndianToLong(bytes, Long.BYTES * i);
    }
    return limbs;
  }

  /** The Montgomery form of {@code value}, 0 to p − 1. */
  static long[] of(BigInteger value) {
    long[] form = limbs(value);
    multiply(form, form, SQUARE, 0);
    return form;
  }

  /** {@code out} = x + y. */
  static void add(long[] out, long[] x, long[] y) {
    long s0 = x[0] + y[0];
    long c = carry(x[0], y[0], s0);
    long s1 = x[1] + y[1] + c;
    c = carry(x[1], y[1], s1);
    long s2 = x[2] + y[2] + c;
    c = carry(x[2], y[2], s2);
    long s3 = x[3] + y[3] + c;
    c = carry(x[3], y[3], s3);
    reduce(out, s0, s1, s2, s3, c);
  }

  /** {@code out} = x − y. */
  static void subtract(long[] out, long[] x, long[] y) {
    long d0 = x[0] - y[0];
    long b = borrow(x[0], y[0], d0);
    long d1 = x[1] - y[1] - b;
    b = borrow(x[1], y[1], d1);
    long d2 = x[2] - y[2] - b;
    b = borrow(x[2], y[2], d2);
    long d3 = x[3] - y[3] - b;
    b = borrow(x[3], y[3], d3);
    // Below zero: p is added, the carry out of the highest limb ends the borrow.
    long mask = -b;
    out[0] = d0 + mask;
    long c = carry(d0, mask, out[0]);
    out[1] = d1 + (P1 & mask) + c;
    c = carry(d1, P1 & mask, out[1]);
    out[2] = d2 + c;
    c = carry(d2, 0, out[2]);
    out[3] = d3 + (P3 & mask) + c;
  }

  /** {@code out} = x · y, where y is four limbs from {@code at} on. */
  static void multiply(long[] out, long[] x, long[] y, int at) {
    long x0 = x[0];
    long x1 = x[1];
    long x2 = x[2];
    long x3 = x[3];
    long t0 = 0;
    long t1 = 0;
    long t2 = 0;
    long t3 = 0;
    long t4 = 0;
    for (int i = 0; i < LIMBS; i++) {
      // t += x · factor
      long factor = y[at + i];
      long low = x0 * factor;
      t0 += low;
      long up = Math.unsignedMultiplyHigh(x0, factor) + below(t0, low);

      low = x1 * factor + up;
      up = Math.unsignedMultiplyHigh(x1, factor) + below(low, up);
      t1 += low;
      up += below(t1, low);

      low = x2 * factor + up;
      up = Math.unsignedMultiplyHigh(x2, factor) + below(low, up);
      t2 += low;
      up += below(t2, low);

      low = x3 * factor + up;
      up = Math.unsignedMultiplyHigh(x3, factor) + below(low, up);
      t3 += low;
      up += below(t3, low);

      t4 += up;
      long top = below(t4, up);

      // p is −1 modulo 2^64, so adding t0 · p makes the lowest limb zero, and what is left is
      // t / 2^64 + t0 · (2^192 − 2^160 + 2^128 + 2^32).
      long shifted = t0 << 32;
      long product2 = t0 - shifted;
      long product3 = t0 - (t0 >>> 32) - below(t0, shifted);
      long product1 = t0 >>> 32;
      t0 = t1 + shifted;
      product1 += below(t0, shifted);
      t1 = t2 + product1;
      up = below(t1, product1);
      t2 = t3 + up;
      up = below(t2, up);
      t2 += product2;
      up += below(t2, product2);
      t3 = t4 + up;
      up = below(t3, up);
      t3 += product3;
      t4 = top + up + below(t3, product3);
    }
    reduce(out, t0, t1, t2, t3, t4);
  }

  /** {@code out} = x · x. */
  static void square(long[] out, long[] x) {
    multiply(out, x, x, 0);
  }

  static boolean isZero(long[] x) {
    return (x[0] | x[1] | x[2] | x[3]) == 0;
  }

  /** Takes p away once from a number below 2p, if it can be. */
  private static void reduce(long[] out, long t0, long t1, long t2, long t3, long t4) {
    if (t4 == 0 && Long.compareUnsigned(t3, P3) < 0) {
      out[0] = t0;
      out[1] = t1;
      out[2] = t2;
      out[3] = t3;
      return;
    }
    long b = t0 == -1 ? 0 : 1; // the lowest limb of p is 2^64 − 1
    long d1 = t1 - P1 - b;
    b = borrow(t1, P1, d1);
    long d2 = t2 - b;
    b = below(t2, b);
    long d3 = t3 - P3 - b;
    b = borrow(t3, P3, d3);
    // Nothing is taken away where the borrow exceeds the fifth limb.
    boolean keep = b > t4;
    out[0] = keep ? t0 : t0 + 1;
    out[1] = keep ? t1 : d1;
    out[2] = keep ? t2 : d2;
    out[3] = keep ? t3 : d3;
  }

  /** 1 if a < b, both unsigned: the carry where a is a sum with b in it. */
  private static long below(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  /** What goes beyond 64 bits in a + b, with a carry or not, of which {@code sum} came. */
  private static long carry(long a, long b, long sum) {
    return ((a & b) | ((a | b) & ~sum)) >>> 63;
  }

  /** What is missing in a − b, with a borrow or not, of which {@code difference} came. */
  private static long borrow(long a, long b, long difference) {
    return ((~a & b) | ((~a | b) & difference)) >>> 63;
  }
}
