package dev.chancery.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECFieldElement;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * Verifies many ECDSA signatures under one key of P-256: a comb over multiples of the base point
 * and of the key, computed once (Lim and Lee; Handbook of Applied Cryptography, 14.117), so that a
 * verification takes 16 doublings and 48 additions. Public values only: the time it takes depends
 * on them. Safe for many threads.
 */
final class P256Comb {
  private static final int LIMBS = P256Field.LIMBS;
  private static final int AFFINE = 2 * LIMBS;
  private static final int ROWS = 16;
  private static final int TEETH = 8;
  private static final int STEP = 2 * ROWS;
  private static final long[] ONE = P256Field.of(BigInteger.ONE);

  private final BigInteger order;
  private final WideMultiples base;
  private final Multiples key;

  private P256Comb(BigInteger order, WideMultiples base, Multiples key) {
    this.order = order;
    this.base = base;
    this.key = key;
  }

  /** The comb of {@code key}; {@code base} is of the base point, once for all keys. */
  static P256Comb of(ECPoint key, WideMultiples base) {
    return new P256Comb(key.getCurve().getOrder(), base, Multiples.of(key));
  }

  /** As {@link Multiples}, both halves in one table: half the additions, for 4 MiB. */
  static final class WideMultiples {
    private final long[] table;

    private WideMultiples(long[] table) {
      this.table = table;
    }

    static WideMultiples of(ECPoint point) {
      return new WideMultiples(table(point, 2 * TEETH, ROWS));
    }

    private void addTo(Sum sum, long[] scalar, int row) {
      int index = 0;
      for (int i = LIMBS - 1; i >= 0; i--) {
        for (int bit = 3 * ROWS; bit >= 0; bit -= ROWS) {
          index = index << 1 | (int) (scalar[i] >>> (bit + row) & 1);
        }
      }
      sum.add(table, index);
    }
  }

  /**
   * Sums of multiples of one point, affine, 32 KiB: at index e the sum of 2^(32·i) · point over the
   * bits i of e, in {@code high} of 2^(32·i+16) · point.
   */
  static final class Multiples {
    private final long[] low;
    private final long[] high;

    private Multiples(long[] low, long[] high) {
      this.low = low;
      this.high = high;
    }

    static Multiples of(ECPoint point) {
      return new Multiples(table(point, TEETH, STEP), table(point.timesPow2(ROWS), TEETH, STEP));
    }

    private void addTo(Sum sum, long[] scalar, int row) {
      sum.add(low, column(scalar, row));
      sum.add(high, column(scalar, row + ROWS));
    }

    /** Bit {@code bit} of each 32 bits. */
    private static int column(long[] scalar, int bit) {
      long column = 0;
      for (int i = LIMBS - 1; i >= 0; i--) {
        column = column << 2 | (scalar[i] >>> bit & 1) | (scalar[i] >>> (bit + STEP) & 1) << 1;
      }
      return (int) column;
    }
  }

  /** At index e the sum of 2^({@code step}·i) · point over the bits i of e, affine. */
  private static long[] table(ECPoint point, int teeth, int step) {
    ECPoint[] sums = new ECPoint[1 << teeth];
    sums[0] = point.getCurve().getInfinity();
    ECPoint shifted = point;
    for (int tooth = 0; tooth < teeth; tooth++) {
      for (int below = 0; below < 1 << tooth; below++) {
        sums[(1 << tooth) + below] = sums[below].add(shifted);
      }
      shifted = shifted.timesPow2(step);
    }
    point.getCurve().normalizeAll(sums);
    long[] table = new long[AFFINE << teeth];
    for (int i = 1; i < sums.length; i++) {
      put(sums[i].getAffineXCoord(), table, AFFINE * i);
      put(sums[i].getAffineYCoord(), table, AFFINE * i + LIMBS);
    }
    return table;
  }

  private static void put(ECFieldElement coordinate, long[] table, int at) {
    System.arraycopy(P256Field.of(coordinate.toBigInteger()), 0, table, at, LIMBS);
  }

  /** Whether (r, s) is this key's signature of {@code digest} (FIPS 186-5, section 6.4.2). */
  boolean verifies(byte[] digest, BigInteger r, BigInteger s) {
    if (r.signum() <= 0 || s.signum() <= 0 || r.compareTo(order) >= 0 || s.compareTo(order) >= 0) {
      return false;
    }
    BigInteger inverse = BigIntegers.modOddInverseVar(order, s);
    long[] ofBase = P256Field.limbs(new BigInteger(1, digest).multiply(inverse).mod(order));
    long[] ofKey = P256Field.limbs(r.multiply(inverse).mod(order));
    Sum sum = new Sum();
    for (int row = ROWS - 1; row >= 0; row--) {
      sum.twice();
      base.addTo(sum, ofBase, row);
      key.addTo(sum, ofKey, row);
    }
    return sum.hasX(r, order);
  }

  /** A point in Jacobian coordinates; that at infinity has z = 0. Changed in place. */
  private static final class Sum {
    private final long[] x = new long[LIMBS];
    private final long[] y = new long[LIMBS];
    private final long[] z = new long[LIMBS];
    private final long[] a = new long[LIMBS];
    private final long[] b = new long[LIMBS];
    private final long[] c = new long[LIMBS];
    private final long[] d = new long[LIMBS];

    /** As "dbl-2001-b" of the Explicit-Formulas Database, for curves with a = −3. */
    void twice() {
      if (P256Field.isZero(z)) {
        return;
      }
      P256Field.square(a, z);
      P256Field.square(b, y);
      P256Field.add(z, y, z);
      P256Field.square(z, z);
      P256Field.subtract(z, z, b);
      P256Field.subtract(z, z, a); // z3 = (y + z)² − y² − z²
      P256Field.subtract(c, x, a);
      P256Field.add(a, x, a);
      P256Field.multiply(c, c, a, 0);
      P256Field.add(a, c, c);
      P256Field.add(a, a, c); // a = 3 (x − z²)(x + z²)
      P256Field.multiply(c, x, b, 0);
      P256Field.add(c, c, c);
      P256Field.add(c, c, c); // c = 4 x y²
      P256Field.square(x, a);
      P256Field.subtract(x, x, c);
      P256Field.subtract(x, x, c); // x3 = a² − 2c
      P256Field.subtract(c, c, x);
      P256Field.multiply(y, a, c, 0);
      P256Field.square(b, b);
      P256Field.add(b, b, b);
      P256Field.add(b, b, b);
      P256Field.add(b, b, b);
      P256Field.subtract(y, y, b); // y3 = a (c − x3) − 8 y⁴
    }

    /** Adds the point at {@code index} of a table; at 0 there is none. */
    void add(long[] table, int index) {
      int at = AFFINE * index;
      if (index == 0) {
        return;
      }
      if (P256Field.isZero(z)) {
        System.arraycopy(table, at, x, 0, LIMBS);
        System.arraycopy(table, at + LIMBS, y, 0, LIMBS);
        System.arraycopy(ONE, 0, z, 0, LIMBS);
        return;
      }
      P256Field.square(a, z);
      P256Field.multiply(b, a, table, at);
      P256Field.subtract(b, b, x); // b = x2 z² − x
      P256Field.multiply(a, a, z, 0);
      P256Field.multiply(a, a, table, at + LIMBS);
      P256Field.subtract(a, a, y); // a = y2 z³ − y
      if (P256Field.isZero(b)) {
        addSameX();
        return;
      }
      P256Field.multiply(z, z, b, 0);
      P256Field.square(c, b);
      P256Field.multiply(d, c, b, 0); // d = b³
      P256Field.multiply(c, x, c, 0); // c = x b²
      P256Field.square(x, a);
      P256Field.subtract(x, x, d);
      P256Field.subtract(x, x, c);
      P256Field.subtract(x, x, c); // x3 = a² − b³ − 2 x b²
      P256Field.subtract(c, c, x);
      P256Field.multiply(c, c, a, 0);
      P256Field.multiply(d, y, d, 0);
      P256Field.subtract(y, c, d); // y3 = a (x b² − x3) − y b³
    }

    // The other point is this one, or its negative.
    private void addSameX() {
      if (P256Field.isZero(a)) {
        twice();
      } else {
        Arrays.fill(z, 0);
      }
    }

    /**
     * Whether the affine x, modulo {@code order}, is {@code r}; false for the point at infinity.
     */
    boolean hasX(BigInteger r, BigInteger order) {
      if (P256Field.isZero(z)) {
        return false;
      }
      P256Field.square(z, z);
      for (BigInteger each = r; each.compareTo(P256Field.PRIME) < 0; each = each.add(order)) {
        P256Field.multiply(a, P256Field.of(each), z, 0);
        if (Arrays.equals(a, x)) {
          return true;
        }
      }
      return false;
    }
  }
}
