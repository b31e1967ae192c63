package dev.chancery.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Sha256;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against the reference values of Certificate Transparency, which its C++, Go and Java programs
 * share (google/certificate-transparency, {@code merkletree/merkle_tree_test.cc};
 * transparency-dev/merkle, {@code proof/verify_test.go}), and against RFC 6962's definition.
 */
class MerkleTreeTest {
  private static final List<Sha256> LEAVES =
      Stream.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .map(hex -> MerkleTree.leaf(HexFormat.of().parseHex(hex)))
          .toList();

  /** The roots of the trees of 1 to 8 of these leaves. */
  private static final List<Sha256> ROOTS =
      hashes(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
              + " fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
              + " aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
              + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
              + " 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"
              + " 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"
              + " ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
              + " 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static List<Sha256> hashes(String hex) {
    return hex.isEmpty() ? List.of() : Stream.of(hex.split(" ")).map(Sha256::fromHex).toList();
  }

  /** RFC 6962 section 2.1, word for word. */
  private static Sha256 defined(List<Sha256> leaves) {
    if (leaves.isEmpty()) {
      return MerkleTree.EMPTY;
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    return MerkleTree.node(
        defined(leaves.subList(0, k)), defined(leaves.subList(k, leaves.size())));
  }

  private static MerkleTree.Subtrees of(List<Sha256> leaves) {
    return (level, index) -> {
      int first = Math.toIntExact(index << level);
      return defined(leaves.subList(first, first + (1 << level)));
    };
  }

  @Test
  void aTreeWithoutLeavesHasTheHashOfNothing() {
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleTree.EMPTY.hex());
    assertEquals(MerkleTree.EMPTY, new CompactRange().root());
    assertEquals(MerkleTree.EMPTY, MerkleTree.root(0, of(List.of())));
  }

  @Test
  void rootsOfEverySizeAreThePublishedOnes() {
    CompactRange range = new CompactRange();
    for (int size = 1; size <= LEAVES.size(); size++) {
      range.append(LEAVES.get(size - 1));
      assertEquals(ROOTS.get(size - 1), range.root());
      assertEquals(ROOTS.get(size - 1), MerkleTree.root(size, of(LEAVES)));
      assertEquals(size, range.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, ''",
    "0, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        + " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "5, 8, bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        + " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
        + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "2, 3, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "1, 5, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        + " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
  })
  void inclusionProofsAreThePublishedOnes(int leaf, int size, String path) {
    List<Sha256> proof = hashes(path);
    assertEquals(proof, MerkleTree.inclusionProof(leaf, size, of(LEAVES)));
    assertTrue(
        MerkleTree.verifyInclusion(LEAVES.get(leaf), leaf, size, proof, ROOTS.get(size - 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, ''",
    "1, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        + " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "6, 8, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
        + " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
        + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "2, 5, 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        + " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "6, 7, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
        + " b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
        + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
  })
  void consistencyProofsAreThePublishedOnes(int first, int second, String path) {
    List<Sha256> proof = hashes(path);
    assertEquals(proof, MerkleTree.consistencyProof(first, second, of(LEAVES)));
    assertTrue(
        MerkleTree.verifyConsistency(
            first, ROOTS.get(first - 1), second, ROOTS.get(second - 1), proof));
  }

  static Stream<Integer> sizes() {
    SplittableRandom random = new SplittableRandom(6962);
    return Stream.concat(
        IntStream.rangeClosed(1, 40).boxed(),
        Stream.generate(() -> random.nextInt(41, 1_200)).limit(12));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void everyTreeIsAsRfc6962DefinesIt(int size) {
    List<Sha256> leaves = leaves(size);
    CompactRange range = new CompactRange();
    leaves.forEach(range::append);
    Sha256 root = defined(leaves);
    assertEquals(root, range.root());
    SplittableRandom random = new SplittableRandom(size);
    for (int i = 0; i < Math.min(size, 40); i++) {
      int leaf = size <= 40 ? i : random.nextInt(size);
      List<Sha256> path = MerkleTree.inclusionProof(leaf, size, of(leaves));
      assertTrue(MerkleTree.verifyInclusion(leaves.get(leaf), leaf, size, path, root));
      Sha256 prefix = defined(leaves.subList(0, leaf + 1));
      List<Sha256> proof = MerkleTree.consistencyProof(leaf + 1, size, of(leaves));
      assertTrue(MerkleTree.verifyConsistency(leaf + 1, prefix, size, root, proof));
      noOtherInclusionVerifies(leaves.get(leaf), leaf, size, path, root);
      noOtherConsistencyVerifies(leaf + 1, prefix, size, root, proof);
    }
  }

  private static List<Sha256> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(
            i -> MerkleTree.leaf(("row " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .toList();
  }

  private static void noOtherInclusionVerifies(
      Sha256 leafHash, long leaf, long size, List<Sha256> path, Sha256 root) {
    assertFalse(MerkleTree.verifyInclusion(leafHash, leaf - 1, size, path, root));
    assertFalse(MerkleTree.verifyInclusion(leafHash, leaf + 1, size, path, root));
    assertFalse(MerkleTree.verifyInclusion(leafHash, leaf, size * 2, path, root));
    assertFalse(MerkleTree.verifyInclusion(MerkleTree.EMPTY, leaf, size, path, root));
    assertFalse(MerkleTree.verifyInclusion(leafHash, leaf, size, path, MerkleTree.EMPTY));
    for (List<Sha256> wrong : spoilt(path, root)) {
      assertFalse(MerkleTree.verifyInclusion(leafHash, leaf, size, wrong, root));
    }
  }

  private static void noOtherConsistencyVerifies(
      long first, Sha256 prefix, long size, Sha256 root, List<Sha256> proof) {
    assertFalse(MerkleTree.verifyConsistency(first, MerkleTree.EMPTY, size, root, proof));
    assertFalse(MerkleTree.verifyConsistency(first, prefix, size, MerkleTree.EMPTY, proof));
    assertFalse(MerkleTree.verifyConsistency(size + 1, prefix, size, root, proof));
    assertFalse(MerkleTree.verifyConsistency(first - 1, prefix, size, root, proof));
    for (List<Sha256> wrong : spoilt(proof, root)) {
      assertFalse(MerkleTree.verifyConsistency(first, prefix, size, root, wrong));
    }
  }

  /** Proofs that are longer, shorter, in another order, or have a changed hash. */
  private static List<List<Sha256>> spoilt(List<Sha256> proof, Sha256 root) {
    List<List<Sha256>> all = new ArrayList<>();
    all.add(Stream.concat(proof.stream(), Stream.of(root)).toList());
    all.add(Stream.concat(Stream.of(root), proof.stream()).toList());
    for (int i = 0; i < proof.size(); i++) {
      List<Sha256> changed = new ArrayList<>(proof);
      byte[] bytes = changed.get(i).bytes();
      bytes[i] ^= 16;
      changed.set(i, Sha256.fromBytes(bytes));
      all.add(changed);
    }
    if (!proof.isEmpty()) {
      all.add(proof.subList(1, proof.size()));
      all.add(proof.subList(0, proof.size() - 1));
    }
    return all;
  }

  @Test
  void anEmptyTreeIsTheStartOfEveryTree() {
    assertTrue(MerkleTree.verifyConsistency(0, MerkleTree.EMPTY, 8, ROOTS.get(7), List.of()));
    assertFalse(MerkleTree.verifyConsistency(0, ROOTS.get(0), 8, ROOTS.get(7), List.of()));
    assertTrue(MerkleTree.verifyConsistency(0, MerkleTree.EMPTY, 0, MerkleTree.EMPTY, List.of()));
  }

  @Test
  void thereIsNoProofOfWhatIsNotThere() {
    MerkleTree.Subtrees subtrees = of(LEAVES);
    assertThrows(IllegalArgumentException.class, () -> MerkleTree.inclusionProof(8, 8, subtrees));
    assertThrows(IllegalArgumentException.class, () -> MerkleTree.inclusionProof(-1, 8, subtrees));
    assertThrows(IllegalArgumentException.class, () -> MerkleTree.consistencyProof(0, 8, subtrees));
    assertThrows(IllegalArgumentException.class, () -> MerkleTree.consistencyProof(9, 8, subtrees));
  }

  @Test
  void aRangeGrowsBySubtreesAsByLeaves() {
    List<Sha256> leaves = leaves(700);
    CompactRange range = new CompactRange();
    range.append(8, defined(leaves.subList(0, 256)));
    range.append(8, defined(leaves.subList(256, 512)));
    CompactRange copy = range.copy();
    leaves.subList(512, 700).forEach(range::append);
    assertEquals(defined(leaves), range.root());
    assertEquals(defined(leaves.subList(0, 512)), copy.root(), "the copy grows on its own");
    Sha256 block = leaves.getFirst();
    assertThrows(IllegalArgumentException.class, () -> range.append(8, block));
  }
}
