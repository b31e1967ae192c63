package dev.chancery.audit;

import dev.chancery.api.Sha256;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The Merkle tree of RFC 6962 section 2.1 over rows: its hashes, roots, and proofs, and how proofs
 * are verified (RFC 9162 sections 2.1.3.2 and 2.1.4.2 write the same verification down in steps).
 */
public final class MerkleTree {
  /** The root of the tree without leaves: the SHA-256 of nothing. */
  public static final Sha256 EMPTY = Sha256.of(new byte[0]);

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private MerkleTree() {}

  /** Where the hashes of complete subtrees come from. */
  @FunctionalInterface
  public interface Subtrees {
    /**
     * The hash over the 2^{@code level} leaves from number {@code index} · 2^{@code level} on; of
     * one leaf if the level is 0.
     */
    Sha256 hash(int level, long index);
  }

  /** The hash of a leaf: SHA-256(0x00 ‖ {@code row}). */
  public static Sha256 leaf(byte[] row) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    return Sha256.fromBytes(digest.digest(row));
  }

  /** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
  public static Sha256 node(Sha256 left, Sha256 right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left.bytes());
    return Sha256.fromBytes(digest.digest(right.bytes()));
  }

  /** The root of the tree over the first {@code size} leaves. */
  public static Sha256 root(long size, Subtrees subtrees) {
    return size == 0 ? EMPTY : hash(0, size, subtrees);
  }

  /**
   * The audit path of a leaf, the hashes from its sibling up (RFC 6962 section 2.1.1).
   *
   * @throws IllegalArgumentException if the tree of {@code size} leaves has no such leaf
   */
  public static List<Sha256> inclusionProof(long leaf, long size, Subtrees subtrees) {
    if (leaf < 0 || leaf >= size) {
      throw new IllegalArgumentException("a tree of " + size + " leaves has no leaf " + leaf);
    }
    List<Sha256> path = new ArrayList<>();
    long begin = 0;
    long end = size;
    while (end - begin > 1) {
      long middle = begin + split(end - begin);
      if (leaf < middle) {
        path.addFirst(hash(middle, end, subtrees));
        end = middle;
      } else {
        path.addFirst(hash(begin, middle, subtrees));
        begin = middle;
      }
    }
    return path;
  }

  /**
   * The proof that the tree of {@code second} leaves begins with that of {@code first} (RFC 6962
   * section 2.1.2); empty if they are the same.
   *
   * @throws IllegalArgumentException unless 1 ≤ first ≤ second
   */
  public static List<Sha256> consistencyProof(long first, long second, Subtrees subtrees) {
    if (first < 1 || first > second) {
      throw new IllegalArgumentException(
          "no tree of " + second + " leaves follows one of " + first);
    }
    List<Sha256> proof = new ArrayList<>();
    long begin = 0;
    long end = second;
    while (end != first) {
      long middle = begin + split(end - begin);
      if (first <= middle) {
        proof.addFirst(hash(middle, end, subtrees));
        end = middle;
      } else {
        proof.addFirst(hash(begin, middle, subtrees));
        begin = middle;
      }
    }
    // From the left edge the verifier has this hash already: it is the first root.
    if (begin != 0) {
      proof.addFirst(hash(begin, end, subtrees));
    }
    return proof;
  }

  /** Whether {@code path} proves that the leaf with {@code leafHash} is in the tree. */
  public static boolean verifyInclusion(
      Sha256 leafHash, long leaf, long size, List<Sha256> path, Sha256 root) {
    if (leaf < 0 || leaf >= size) {
      return false;
    }
    long node = leaf;
    long last = size - 1;
    Sha256 hash = leafHash;
    for (Sha256 sibling : path) {
      if (last == 0) {
        return false;
      }
      if (isOdd(node) || node == last) {
        hash = node(sibling, hash);
        // An only child is its parent: it has no sibling until it is a right one.
        int levels = Long.numberOfTrailingZeros(node);
        node >>= levels;
        last >>= levels;
      } else {
        hash = node(hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /** Whether {@code proof} proves that the second tree begins with the first. */
  public static boolean verifyConsistency(
      long first, Sha256 firstRoot, long second, Sha256 secondRoot, List<Sha256> proof) {
    if (first < 0 || first > second) {
      return false;
    }
    if (first == second) {
      return proof.isEmpty() && firstRoot.equals(secondRoot);
    }
    if (first == 0) {
      return proof.isEmpty() && firstRoot.equals(EMPTY);
    }
    int levels = Long.numberOfTrailingZeros(first);
    long node = (first - 1) >> levels;
    long last = (second - 1) >> levels;
    Iterator<Sha256> hashes = proof.iterator();
    if (node != 0 && !hashes.hasNext()) {
      return false;
    }
    Sha256 start = node == 0 ? firstRoot : hashes.next();
    Sha256 old = start;
    Sha256 grown = start;
    while (hashes.hasNext()) {
      Sha256 sibling = hashes.next();
      if (last == 0) {
        return false;
      }
      if (isOdd(node) || node == last) {
        old = node(sibling, old);
        grown = node(sibling, grown);
        int up = Long.numberOfTrailingZeros(node);
        node >>= up;
        last >>= up;
      } else {
        grown = node(grown, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && old.equals(firstRoot) && grown.equals(secondRoot);
  }

  private static Sha256 hash(long begin, long end, Subtrees subtrees) {
    long leaves = end - begin;
    if (Long.bitCount(leaves) == 1) {
      return subtrees.hash(Long.numberOfTrailingZeros(leaves), begin / leaves);
    }
    long middle = begin + split(leaves);
    return node(hash(begin, middle, subtrees), hash(middle, end, subtrees));
  }

  /** The largest power of two below {@code leaves}, which are two or more. */
  private static long split(long leaves) {
    return Long.highestOneBit(leaves - 1);
  }

  private static boolean isOdd(long number) {
    return (number & 1) == 1;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
