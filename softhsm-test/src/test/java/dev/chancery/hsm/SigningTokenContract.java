package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SigningToken} must do, whatever is behind it. */
abstract class SigningTokenContract {
  private static final byte[] MESSAGE = "the signed bytes of version 17".getBytes(UTF_8);

  private final List<SigningToken> opened = new ArrayList<>();

  /** A login to the token under test; a second one sees the keys that the first one made. */
  protected abstract SigningToken login();

  /** How many signatures {@code token} has attempted. */
  protected abstract long signCalls(SigningToken token);

  @AfterEach
  void closeTokens() {
    opened.forEach(SigningToken::close);
  }

  private SigningToken open() {
    SigningToken token = login();
    opened.add(token);
    return token;
  }

  private static String freshId() {
    return "key-" + UUID.randomUUID();
  }

  static TokenException failure(CompletableFuture<byte[]> answer) {
    var thrown = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(TokenException.class, thrown.getCause());
  }

  @ParameterizedTest
  @EnumSource(KeySpec.class)
  void aNewKeySignsAndSoItDoesAfterAReopening(KeySpec spec) {
    SigningToken token = open();
    assertTrue(token.supported().contains(spec));
    TokenKey made = token.generate(spec, freshId());
    assertEquals(spec, made.spec());
    assertTrue(Signatures.verifies(made, MESSAGE, token.sign(made, MESSAGE).join()));
    token.close();

    SigningToken again = open();
    TokenKey found = again.find(made.id()).orElseThrow();
    assertEquals(spec, found.spec());
    assertArrayEquals(made.subjectPublicKeyInfo(), found.subjectPublicKeyInfo());
    for (int i = 0; i < 5; i++) { // the way a key signs may change after its first signature
      byte[] signature = again.sign(found, MESSAGE).join();
      assertTrue(Signatures.verifies(found, MESSAGE, signature), "signature " + i);
      assertFalse(Signatures.verifies(found, "other bytes".getBytes(UTF_8), signature));
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theAttributesShowAKeyMadeInsideThatCanNeverLeave() {
    TokenKey key = open().generate(KeySpec.EC_P256, freshId());
    Map<String, Boolean> attributes = key.attributes().values();
    assertEquals(true, attributes.get("CKA_TOKEN"));
    assertEquals(true, attributes.get("CKA_PRIVATE"));
    assertEquals(true, attributes.get("CKA_SENSITIVE"));
    assertEquals(false, attributes.get("CKA_EXTRACTABLE"));
    assertEquals(true, attributes.get("CKA_ALWAYS_SENSITIVE"));
    assertEquals(true, attributes.get("CKA_NEVER_EXTRACTABLE"));
    assertEquals(true, attributes.get("CKA_LOCAL"));
    assertEquals(false, attributes.get("CKA_MODIFIABLE"));
    assertEquals(true, attributes.get("CKA_SIGN"));
  }

  @ParameterizedTest
  @EnumSource(names = {"EC_P256", "ED25519"})
  void aKeyPutIntoTheTokenSignsAndSaysForEverThatItWasMadeElsewhere(KeySpec spec) throws Exception {
    KeyPair pair = Signatures.softwareKey(spec);
    String id = freshId();
    SigningToken token = open();
    byte[] publicKey = pair.getPublic().getEncoded();
    TokenKey put = token.importKey(spec, id, pair.getPrivate().getEncoded(), publicKey);
    assertArrayEquals(publicKey, put.subjectPublicKeyInfo());
    assertTrue(Signatures.verifies(put, MESSAGE, token.sign(put, MESSAGE).join()));
    token.close();

    SigningToken again = open();
    TokenKey found = again.find(id).orElseThrow();
    assertTrue(Signatures.verifies(found, MESSAGE, again.sign(found, MESSAGE).join()));
    assertTrue(again.keys().stream().anyMatch(key -> key.id().equals(id)), "it is listed");
    Map<String, Boolean> attributes = found.attributes().values();
    assertEquals(put.attributes(), found.attributes());
    assertEquals(true, attributes.get("CKA_SENSITIVE"));
    assertEquals(false, attributes.get("CKA_EXTRACTABLE"));
    assertEquals(false, attributes.get("CKA_ALWAYS_SENSITIVE"));
    assertEquals(false, attributes.get("CKA_NEVER_EXTRACTABLE"));
    assertEquals(false, attributes.get("CKA_LOCAL"));
    assertEquals(false, attributes.get("CKA_MODIFIABLE"));
    assertFalse(found.isMadeInToken());
    assertTrue(again.generate(spec, freshId()).isMadeInToken());
  }

  @Test
  void aPrivateKeyThatDoesNotBelongToThePublicOneIsNotKept() throws Exception {
    SigningToken token = open();
    String id = freshId();
    byte[] privateKey = Signatures.softwareKey(KeySpec.EC_P256).getPrivate().getEncoded();
    byte[] other = Signatures.softwareKey(KeySpec.EC_P256).getPublic().getEncoded();
    var refused =
        assertThrows(
            TokenException.class, () -> token.importKey(KeySpec.EC_P256, id, privateKey, other));
    assertEquals("SIGNATURE", refused.ckr());
    assertTrue(token.find(id).isEmpty());
    token.generate(KeySpec.EC_P256, id);
  }

  @Test
  void aPrivateKeyOfAnotherKindIsNotPutIn() throws Exception {
    SigningToken token = open();
    KeyPair pair = Signatures.softwareKey(KeySpec.ED25519);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            token.importKey(
                KeySpec.EC_P256,
                freshId(),
                pair.getPrivate().getEncoded(),
                pair.getPublic().getEncoded()));
  }

  @Test
  void keysAreListedById() {
    SigningToken token = open();
    String prefix = freshId();
    token.generate(KeySpec.ED25519, prefix + ".b");
    token.generate(KeySpec.EC_P256, prefix + ".a");
    List<String> listed =
        token.keys().stream().map(TokenKey::id).filter(id -> id.startsWith(prefix)).toList();
    assertEquals(List.of(prefix + ".a", prefix + ".b"), listed);
  }

  @Test
  void aKeyMadeByAnotherLoginIsFoundAndSigns() {
    SigningToken early = open();
    TokenKey made = open().generate(KeySpec.EC_P256, freshId());
    TokenKey found = early.find(made.id()).orElseThrow();
    assertTrue(Signatures.verifies(found, MESSAGE, early.sign(found, MESSAGE).join()));
  }

  @Test
  void anUnknownIdIsNotFoundAndSignsNothing() {
    SigningToken token = open();
    TokenKey known = token.generate(KeySpec.EC_P256, freshId());
    String unknown = freshId();
    assertTrue(token.find(unknown).isEmpty());
    TokenKey forged =
        new TokenKey(unknown, known.spec(), known.subjectPublicKeyInfo(), known.attributes());
    long before = signCalls(token);
    assertEquals("KEY_NOT_FOUND", failure(token.sign(forged, MESSAGE)).ckr());
    assertEquals(before, signCalls(token));
  }

  @Test
  void anIdIsUsedOnce() {
    SigningToken token = open();
    String id = freshId();
    TokenKey first = token.generate(KeySpec.EC_P256, id);
    var here = assertThrows(TokenException.class, () -> token.generate(KeySpec.EC_P256, id));
    assertEquals("ID_IN_USE", here.ckr());
    SigningToken other = open();
    var there = assertThrows(TokenException.class, () -> other.generate(KeySpec.ED25519, id));
    assertEquals("ID_IN_USE", there.ckr());
    assertArrayEquals(
        first.subjectPublicKeyInfo(), token.find(id).orElseThrow().subjectPublicKeyInfo());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "with space",
        "slash/",
        "0123456789012345678901234567890123456789012345678901234567890123x"
      })
  void whatIsNoIdIsNotTaken(String id) {
    SigningToken token = open();
    assertThrows(IllegalArgumentException.class, () -> token.generate(KeySpec.EC_P256, id));
    assertThrows(IllegalArgumentException.class, () -> token.find(id));
  }

  @Test
  void anIdMayHave64Characters() {
    String id = (freshId() + "0123456789012345678901234567890123456789").substring(0, 64);
    SigningToken token = open();
    TokenKey key = token.generate(KeySpec.EC_P256, id);
    assertEquals(id, token.find(id).orElseThrow().id());
    assertTrue(Signatures.verifies(key, MESSAGE, token.sign(key, MESSAGE).join()));
  }

  @Test
  void messagesHave1To4194304Bytes() {
    SigningToken token = open();
    TokenKey key = token.generate(KeySpec.EC_P256, freshId());
    for (int length : new int[] {1, 4_194_304}) {
      byte[] message = new byte[length];
      assertTrue(Signatures.verifies(key, message, token.sign(key, message).join()));
    }
    long before = signCalls(token);
    for (int length : new int[] {0, 4_194_305}) {
      assertThrows(IllegalArgumentException.class, () -> token.sign(key, new byte[length]));
    }
    assertEquals(before, signCalls(token));
  }

  @Test
  void eachSignatureIsOneCall() {
    SigningToken token = open();
    TokenKey key = token.generate(KeySpec.EC_P256, freshId());
    long before = signCalls(token);
    for (int i = 0; i < 7; i++) {
      token.sign(key, MESSAGE).join();
    }
    assertEquals(7, signCalls(token) - before);
  }

  @Test
  void eightThreadsSignAtOnceWithSeveralKeys() throws Exception {
    SigningToken maker = open();
    List<TokenKey> keys =
        List.of(
            maker.generate(KeySpec.EC_P256, freshId()),
            maker.generate(KeySpec.EC_P256, freshId()),
            maker.generate(KeySpec.ED25519, freshId()));
    SigningToken token = open();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        int number = caller;
        answers.add(
            callers.submit(
                () -> {
                  start.await();
                  return signMany(token, keys, number);
                }));
      }
      start.countDown();
      for (Future<Integer> answer : answers) {
        assertEquals(50, answer.get());
      }
    }
  }

  private static int signMany(SigningToken token, List<TokenKey> keys, int caller) {
    int good = 0;
    for (int i = 0; i < 50; i++) {
      TokenKey key = keys.get((i + caller) % keys.size());
      byte[] message = (caller + "/" + i).getBytes(UTF_8);
      if (Signatures.verifies(key, message, token.sign(key, message).join())) {
        good++;
      }
    }
    return good;
  }

  @Test
  void closingWaitsForWhatIsBeingSignedAndThenSignsNothing() {
    SigningToken token = open();
    TokenKey key = token.generate(KeySpec.EC_P256, freshId());
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(token.sign(key, MESSAGE));
    }
    token.close();
    answers.forEach(answer -> assertTrue(Signatures.verifies(key, MESSAGE, answer.join())));
    assertEquals("CLOSED", failure(token.sign(key, MESSAGE)).ckr());
    assertEquals("CLOSED", assertThrows(TokenException.class, token::keys).ckr());
    token.close(); // a second time does nothing
  }

  @Test
  void closingOneLoginLeavesTheOtherUsable() {
    SigningToken one = open();
    SigningToken two = open();
    TokenKey key = two.generate(KeySpec.EC_P256, freshId());
    one.close();
    assertTrue(Signatures.verifies(key, MESSAGE, two.sign(key, MESSAGE).join()));
    assertEquals(key.id(), two.find(key.id()).orElseThrow().id());
  }

  @Test
  void aValueIsReplacedAsAWholeAndSeenByAnotherLogin() {
    SigningToken one = open();
    SigningToken two = open();
    String label = freshId();
    assertEquals(List.of(), one.data(label));
    one.replaceData(label, "first".getBytes(UTF_8));
    assertEquals(List.of("first"), texts(two, label));
    two.replaceData(label, "second, and longer".getBytes(UTF_8));
    assertEquals(List.of("second, and longer"), texts(one, label));
    one.close();
    assertEquals(List.of("second, and longer"), texts(open(), label));
  }

  @Test
  void valuesOfOtherLabelsAreLeftAlone() {
    SigningToken token = open();
    String one = freshId();
    String other = freshId();
    token.replaceData(one, "one".getBytes(UTF_8));
    token.replaceData(other, "other".getBytes(UTF_8));
    token.replaceData(one, "one again".getBytes(UTF_8));
    assertEquals(List.of("one again"), texts(token, one));
    assertEquals(List.of("other"), texts(token, other));
  }

  @Test
  void aValueHas1To4096Bytes() {
    SigningToken token = open();
    String label = freshId();
    token.replaceData(label, new byte[4096]);
    assertArrayEquals(new byte[4096], token.data(label).getFirst());
    for (int length : new int[] {0, 4097}) {
      assertThrows(
          IllegalArgumentException.class, () -> token.replaceData(label, new byte[length]));
    }
    assertThrows(IllegalArgumentException.class, () -> token.data("with space"));
    assertArrayEquals(new byte[4096], token.data(label).getFirst());
  }

  private static List<String> texts(SigningToken token, String label) {
    return token.data(label).stream().map(value -> new String(value, UTF_8)).toList();
  }

  @Test
  void aTokenThatAnswersPassesTheProbe() {
    SigningToken token = open();
    token.probe(Duration.ofSeconds(10));
    token.close();
    assertThrows(TokenException.class, () -> token.probe(Duration.ofSeconds(10)));
  }
}
