package dev.chancery.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {
  private static final String P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
  private static final String ED25519_PREFIX = "302a300506032b6570032100";

  // RFC 6979, A.2.5: P-256, SHA-256, message "sample".
  private static final String X =
      "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
  private static final String Y =
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
  private static final String R =
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
  private static final String S =
      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
  private static final String ORDER =
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  private static final byte[] SAMPLE = "sample".getBytes(StandardCharsets.US_ASCII);

  // RFC 8032, 7.1, TEST 2.
  private static final String ED25519_KEY =
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  private static final byte[] ED25519_MESSAGE = {0x72};
  private static final String ED25519_SIGNATURE =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

  @Test
  void verifiesTheEcdsaSignatureOfRfc6979AndNoneThatDiffersInOneBit() {
    VerificationKey key = p256();
    assertTrue(key.verify(SAMPLE, signature(R + S)));
    assertEveryFlipFails(key, SAMPLE, hex(R + S));
    assertEquals(Algorithm.ECDSA, key.algorithm());
    assertArrayEquals(hex(P256_PREFIX + "04" + X + Y), key.subjectPublicKeyInfo());
  }

  @Test
  void aKeyPreparedForManyVerifiesTheEcdsaSignatureOfRfc6979AndNoneThatDiffersInOneBit() {
    VerificationKey key = p256().forMany();
    assertTrue(key.verify(SAMPLE, signature(R + S)));
    assertEveryFlipFails(key, SAMPLE, hex(R + S));
    assertEquals(Algorithm.ECDSA, key.algorithm());
    assertArrayEquals(hex(P256_PREFIX + "04" + X + Y), key.subjectPublicKeyInfo());
  }

  @Test
  void takesEcdsaSignaturesAsTwoNumbersInRangeOf32BytesEach() throws Exception {
    VerificationKey key = p256();
    BigInteger order = new BigInteger(ORDER, 16);
    BigInteger r = new BigInteger(R, 16);
    BigInteger s = new BigInteger(S, 16);
    String zero = "00".repeat(32);
    assertFalse(
        key.verify(SAMPLE, new RawSignature(StandardDSAEncoding.INSTANCE.encode(order, r, s))));
    assertFalse(key.verify(SAMPLE, signature(R + S + "00")));
    assertFalse(key.verify(SAMPLE, signature("00" + R + S)));
    assertFalse(key.verify(SAMPLE, signature(R + S.substring(2))));
    assertFalse(key.verify(SAMPLE, signature(zero + zero)));
    assertFalse(key.verify(SAMPLE, signature(zero + S)));
    assertFalse(key.verify(SAMPLE, signature(R + ORDER)));
    assertFalse(key.verify(SAMPLE, new RawSignature(new byte[0])));
  }

  @Test
  void verifiesTheEd25519SignatureOfRfc8032AndNoneThatDiffersInOneBit() {
    VerificationKey key =
        VerificationKey.parse(Algorithm.ED25519, hex(ED25519_PREFIX + ED25519_KEY));
    assertTrue(key.verify(ED25519_MESSAGE, signature(ED25519_SIGNATURE)));
    assertEveryFlipFails(key, ED25519_MESSAGE, hex(ED25519_SIGNATURE));
    assertFalse(key.verify(ED25519_MESSAGE, signature(ED25519_SIGNATURE + "00")));
    assertFalse(key.verify(ED25519_MESSAGE, signature(ED25519_SIGNATURE.substring(2))));
  }

  @ParameterizedTest(name = "RSA {0}")
  @ValueSource(ints = {2048, 3072, 4096})
  void verifiesRsaPssWithASaltOf32BytesAndNoOtherSalt(int bits) throws Exception {
    KeyPair pair = rsa(bits, RSAKeyGenParameterSpec.F4);
    VerificationKey key =
        VerificationKey.parse(Algorithm.of("rsa-" + bits), pair.getPublic().getEncoded());
    byte[] good = pss(pair, 32);
    assertTrue(key.verify(SAMPLE, new RawSignature(good)));
    assertFalse(key.verify(SAMPLE, new RawSignature(pss(pair, 31))));
    assertFalse(key.verify(SAMPLE, new RawSignature(pss(pair, 33))));
    assertFalse(key.verify(SAMPLE, new RawSignature(pss(pair, 222))));
    assertFalse(key.verify(SAMPLE, new RawSignature(Arrays.copyOf(good, good.length + 1))));
    assertFalse(key.verify("sampl".getBytes(StandardCharsets.US_ASCII), new RawSignature(good)));
    good[good.length / 2] ^= 1;
    assertFalse(key.verify(SAMPLE, new RawSignature(good)));
  }

  @Test
  void refusesRsaKeysOfOtherSizesAndExponents() throws Exception {
    byte[] small = rsa(1024, RSAKeyGenParameterSpec.F4).getPublic().getEncoded();
    byte[] good = rsa(2048, RSAKeyGenParameterSpec.F4).getPublic().getEncoded();
    byte[] cheap = rsa(2048, RSAKeyGenParameterSpec.F0).getPublic().getEncoded();
    assertRefused(Algorithm.RSA_2048, small, "1024 bits, not 2048");
    assertRefused(Algorithm.RSA_3072, good, "2048 bits, not 3072");
    assertRefused(Algorithm.RSA_2048, cheap, "exponent");
    VerificationKey.parse(Algorithm.RSA_2048, good);
  }

  @Test
  void refusesCurvesOtherThanP256() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    assertRefused(Algorithm.ECDSA, generator.generateKeyPair().getPublic().getEncoded(), "P-256");
    String secp256k1 = "3056301006072a8648ce3d020106052b8104000a034200";
    assertRefused(
        Algorithm.ECDSA,
        hex(
            secp256k1
                + "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
        "P-256");
  }

  @Test
  void refusesPointsThatAreNotOnTheCurveOrCompressed() {
    String wrongY = Y.substring(0, 62) + "98";
    assertRefused(Algorithm.ECDSA, hex(P256_PREFIX + "04" + X + wrongY), "not on P-256");
    assertRefused(Algorithm.ECDSA, hex(P256_PREFIX + "06" + X + Y), "uncompressed");
    String compressed = "3039301306072a8648ce3d020106082a8648ce3d030107032200";
    assertRefused(Algorithm.ECDSA, hex(compressed + "03" + X), "uncompressed");
  }

  @Test
  void refusesKeysOfAnotherAlgorithm() throws Exception {
    byte[] ec = hex(P256_PREFIX + "04" + X + Y);
    byte[] ed25519 = hex(ED25519_PREFIX + ED25519_KEY);
    byte[] x25519 = hex("302a300506032b656e032100" + ED25519_KEY);
    assertRefused(Algorithm.ED25519, ec, "id-Ed25519");
    assertRefused(Algorithm.RSA_2048, ec, "rsaEncryption");
    assertRefused(Algorithm.ECDSA, ed25519, "id-ecPublicKey");
    assertRefused(Algorithm.ED25519, x25519, "id-Ed25519");
  }

  @Test
  void refusesEd25519PointsOfSmallOrder() {
    String identity = "01" + "00".repeat(31);
    assertRefused(Algorithm.ED25519, hex(ED25519_PREFIX + identity), "prime-order");
    assertRefused(Algorithm.ED25519, hex(ED25519_PREFIX + "00".repeat(32)), "prime-order");
  }

  @Test
  void refusesBytesThatAreNotExactlyOneDerStructure() {
    String good = P256_PREFIX + "04" + X + Y;
    assertRefused(Algorithm.ECDSA, hex(good + "00"), "nothing after it");
    assertRefused(Algorithm.ECDSA, hex(good.substring(0, good.length() - 2)), "DER");
    // The same structure with its length in two bytes: BER, not DER.
    assertRefused(Algorithm.ECDSA, hex("3081" + good.substring(2)), "DER");
    assertRefused(Algorithm.ECDSA, new byte[0], "DER");
    assertRefused(Algorithm.ECDSA, hex("0500"), "DER");
    assertRefused(Algorithm.ECDSA, hex("040100"), "DER");
  }

  @Test
  void mayBeUsedByManyThreadsAtOnce() throws Exception {
    VerificationKey key = p256();
    Callable<Boolean> verification = () -> key.verify(SAMPLE, signature(R + S));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> verified : threads.invokeAll(Collections.nCopies(200, verification))) {
        assertTrue(verified.get());
      }
    }
  }

  private static VerificationKey p256() {
    return VerificationKey.parse(Algorithm.ECDSA, hex(P256_PREFIX + "04" + X + Y));
  }

  private static void assertEveryFlipFails(VerificationKey key, byte[] message, byte[] good) {
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(key.verify(message, new RawSignature(flipped)), "bit " + bit);
    }
    for (int bit = 0; bit < 8 * message.length; bit++) {
      byte[] flipped = message.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(key.verify(flipped, new RawSignature(good)), "bit " + bit);
    }
  }

  private static void assertRefused(Algorithm algorithm, byte[] key, String because) {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> VerificationKey.parse(algorithm, key));
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.contains(because), message);
  }

  private static KeyPair rsa(int bits, BigInteger exponent) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(bits, exponent));
    return generator.generateKeyPair();
  }

  /** Signed by the JDK: another implementation than the one under test. */
  private static byte[] pss(KeyPair pair, int saltBytes) throws Exception {
    Signature signer = Signature.getInstance("RSASSA-PSS");
    signer.setParameter(
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, saltBytes, 1));
    signer.initSign(pair.getPrivate());
    signer.update(SAMPLE);
    return signer.sign();
  }

  private static RawSignature signature(String hex) {
    return new RawSignature(hex(hex));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
