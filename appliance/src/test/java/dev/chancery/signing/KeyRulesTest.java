package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.hsm.KeyAttributes;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.ParsedRow;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which key, and may he use it (DESIGN section 2, steps 2 to 4 and 8). */
class KeyRulesTest extends PathTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");
  private static final KeyId NOBODYS = new KeyId("ab".repeat(32));

  // --- status ----------------------------------------------------------------------------------

  @Test
  void aFrozenKeyIsShownAndDoesNotSign() {
    KeyRecord key = timestampKey();
    admits(key, timestamp(1, "one"));
    bench.keys.freeze(TestCaller.ALL, key.id(), "lost laptop").join();
    refuses(Refusal.KEY_FROZEN, key, timestamp(2, "two"));
    assertEquals(KeyStatus.FROZEN, bench.keys.get(TestCaller.ALL, key.id()).status());
    reopen();
    refuses(Refusal.KEY_FROZEN, key, timestamp(2, "two"));
  }

  @Test
  void freezingOneKeyLeavesTheOthers() {
    KeyRecord frozen = timestampKey();
    KeyRecord other = snapshotKey();
    bench.keys.freeze(TestCaller.ALL, frozen.id(), "lost laptop").join();
    ParsedRow row = newestRow();
    assertEquals("key-status", row.text("kind"));
    assertEquals("frozen", row.text("status"));
    assertEquals("lost laptop", row.text("reason"));
    admits(other, snapshot(1, "one"));
  }

  /** What a token can give instead of a signature. */
  enum Lie {
    BIT_FLIPPED,
    TOO_SHORT,
    EMPTY,
    ZEROS;

    byte[] told(byte[] signature) {
      return switch (this) {
        case BIT_FLIPPED -> flipped(signature, 40);
        case TOO_SHORT -> Arrays.copyOf(signature, 63);
        case EMPTY -> new byte[0];
        case ZEROS -> new byte[64];
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSignatureIsNotReleasedAndSuspendsItsKey(Lie lie) {
    KeyRecord key = timestampKey();
    KeyRecord other = snapshotKey();
    admits(key, timestamp(1, "one"));
    token.tamper(lie::told);
    byte[] second = timestamp(2, "two");
    var failure = assertThrows(CompletionException.class, () -> bench.sign(key, second));
    assertInstanceOf(TokenException.class, failure.getCause());
    token.tamper(UnaryOperator.identity());

    refuses(Refusal.KEY_SUSPENDED, key, second);
    admits(other, snapshot(1, "one"));
    reopen();
    refuses(Refusal.KEY_SUSPENDED, key, second);
    assertEquals(1, rows().stream().filter(row -> isOf(row, "key-status", "suspended")).count());
    assertEquals(1, issuedBy(key), "rows of signatures given out");
  }

  @Test
  void aTokenThatIsAwaySuspendsNoKey() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    token.fail(Optional.of(new TokenException("CKR_DEVICE_REMOVED", "gone")));
    assertThrows(CompletionException.class, () -> bench.sign(key, bytes));
    token.fail(Optional.empty());
    admits(key, bytes);
  }

  @ParameterizedTest(name = "the token shows another {0}")
  @EnumSource
  void aKeyThatIsNotWhatTheRecordSaysDoesNotSign(Difference difference) {
    KeyRecord key = timestampKey();
    admits(key, timestamp(1, "one"));
    TokenKey original = token.find(SigningBench.tokenKeyId(key)).orElseThrow();
    token.replace(difference.madeIn(original));
    reopen();
    refuses(Refusal.KEY_ATTRIBUTES, key, timestamp(2, "two"));
    assertEquals(key.id(), bench.keys.get(TestCaller.ALL, key.id()).id());
    token.replace(original);
    reopen();
    admits(key, timestamp(2, "two"));
  }

  /** What can have changed about a key in the token. */
  enum Difference {
    ATTRIBUTE,
    SET_OF_ATTRIBUTES,
    PUBLIC_KEY;

    TokenKey madeIn(TokenKey key) {
      return switch (this) {
        case ATTRIBUTE -> withAttributes(key, Map.of("CKA_SENSITIVE", false));
        case SET_OF_ATTRIBUTES ->
            withAttributes(key, Map.of("CKA_SENSITIVE", true, "CKA_EXTRACTABLE", true));
        case PUBLIC_KEY ->
            new TokenKey(
                key.id(), key.spec(), flipped(key.subjectPublicKeyInfo(), 60), key.attributes());
      };
    }

    private static TokenKey withAttributes(TokenKey key, Map<String, Boolean> attributes) {
      return new TokenKey(
          key.id(),
          key.spec(),
          key.subjectPublicKeyInfo(),
          new KeyAttributes(new TreeMap<>(attributes)));
    }
  }

  // --- access ----------------------------------------------------------------------------------

  @Test
  void anUnknownKeyAndAForeignOneGiveTheSameAnswerAndDifferentRows() {
    KeyRecord theirs = bench.key(OTHER, Role.TIMESTAMP);
    var caller = new TestCaller("CN=app", TestCaller.ALL.operations(), SigningBench.APP::equals);
    RefusedException foreign = refused(caller, theirs.id(), Role.TIMESTAMP);
    ParsedRow foreignRow = newestRow();
    RefusedException unknown = refused(caller, NOBODYS, Role.TIMESTAMP);
    ParsedRow unknownRow = newestRow();

    assertEquals(Refusal.KEY_UNKNOWN, unknown.reason());
    assertEquals(
        String.valueOf(unknown.getMessage()).replace(NOBODYS.hex(), "<id>"),
        String.valueOf(foreign.getMessage()).replace(theirs.id().hex(), "<id>"));
    assertEquals(unknown.watermark(), foreign.watermark());
    assertEquals("REPOSITORY_NOT_ALLOWED", foreignRow.text("control"));
    assertEquals(theirs.id().hex(), foreignRow.text("keyid"));
    assertEquals("KEY_UNKNOWN", unknownRow.text("control"));
    assertEquals(0, token.signCalls());
  }

  @Test
  void aCallersOwnKeyIsNotUnknown() {
    KeyRecord ours = timestampKey();
    var caller = new TestCaller("CN=app", TestCaller.ALL.operations(), SigningBench.APP::equals);
    SigningBench.signed(bench.sign(caller, ours, timestamp(1, "one")));
  }

  @Test
  void aRepositoryOfSomebodyElseIsNotAllowedByName() {
    bench.key(OTHER, Role.TIMESTAMP);
    timestampKey();
    var caller = new TestCaller("CN=app", TestCaller.ALL.operations(), SigningBench.APP::equals);
    assertEquals("REPOSITORY_NOT_ALLOWED", byRepository(caller, OTHER));
    assertEquals("admit", byRepository(caller, SigningBench.APP));
  }

  @Test
  void aRepositoryWithoutAKeyHasNone() {
    assertEquals("KEY_UNKNOWN", byRepository(TestCaller.ALL, SigningBench.APP));
    timestampKey();
    assertEquals("admit", byRepository(TestCaller.ALL, SigningBench.APP));
  }

  @Test
  void aRepositoryWithTwoKeysMustBeAskedByKeyId() {
    KeyRecord first = timestampKey();
    admits(first, timestamp(1, "one"));
    timestampKey();
    assertEquals("REQUEST_INVALID", byRepository(TestCaller.ALL, SigningBench.APP));
    admits(first, timestamp(2, "two"));
  }

  @ParameterizedTest
  @EnumSource(names = {"SIGN_TIMESTAMP", "SIGN_SNAPSHOT"})
  void whoMayDoEverythingElseMayNotSign(Operation operation) {
    Role role = operation == Operation.SIGN_TIMESTAMP ? Role.TIMESTAMP : Role.SNAPSHOT;
    KeyRecord key = bench.key(SigningBench.APP, role);
    byte[] bytes = metadata(key, 1, "one");
    var without = caller(EnumSet.complementOf(EnumSet.of(operation)));
    var outcome = bench.sign(without, key, bytes);
    assertEquals(Refusal.ROLE_NOT_ALLOWED, SigningBench.refusal(outcome));
    assertEquals(0, token.signCalls());
    assertEquals("ROLE_NOT_ALLOWED", newestRow().text("control"));
    SigningBench.signed(bench.sign(caller(EnumSet.of(operation)), key, bytes));
  }

  @Test
  void whoMayOnlyCheckGetsAVerdictAndNoSignature() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    var checker = caller(EnumSet.of(Operation.CHECK));
    var checked = bench.signing.check(checker, SigningBench.request(key, bytes)).join();
    assertEquals("admit", SigningBench.verdict(checked));
    assertEquals(Refusal.ROLE_NOT_ALLOWED, SigningBench.refusal(bench.sign(checker, key, bytes)));
    var signer = caller(EnumSet.of(Operation.SIGN_TIMESTAMP));
    var unchecked = bench.signing.check(signer, SigningBench.request(key, bytes)).join();
    assertEquals(Refusal.ROLE_NOT_ALLOWED, SigningBench.refusal(unchecked));
    assertEquals(0, token.signCalls());
  }

  // --- the route chooses the role --------------------------------------------------------------

  @Test
  void aKeySignsOnTheRouteOfItsRoleOnly() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    var selector = new SigningRequest.KeySelector.ById(key.id());
    var elsewhere = new SigningRequest(Role.SNAPSHOT, selector, bytes, null);
    var outcome = bench.signing.sign(TestCaller.ALL, elsewhere).join();
    assertEquals(Refusal.WRONG_TYPE, SigningBench.refusal(outcome));
    assertEquals(0, token.signCalls());
    assertEquals("WRONG_TYPE", newestRow().text("control"));
    admits(key, bytes);
  }

  @Test
  void aKeySignsMetadataOfItsRoleOnly() {
    KeyRecord key = timestampKey();
    byte[] other = snapshot(1, "one");
    assertEquals(Refusal.WRONG_TYPE, SigningBench.refusal(bench.sign(key, other)));
    assertEquals(0, token.signCalls());
    admits(snapshotKey(), other);
  }

  // --- which key is made -----------------------------------------------------------------------

  @Test
  void theSameUnusedKeyIsGivenUntilItHasSigned() {
    KeyRecord first = timestampKey();
    assertEquals(first, timestampKey());
    assertNotEquals(first.id(), snapshotKey().id());
    assertNotEquals(first.id(), bench.key(OTHER, Role.TIMESTAMP).id());
    reopen();
    assertEquals(first, timestampKey());
    admits(first, timestamp(1, "one"));
    KeyRecord second = timestampKey();
    assertNotEquals(first.id(), second.id());
    reopen();
    assertEquals(second, timestampKey());
  }

  @Test
  void aFrozenKeyIsNeverGivenAgain() {
    KeyRecord first = timestampKey();
    bench.keys.freeze(TestCaller.ALL, first.id(), "mistake").join();
    assertNotEquals(first.id(), timestampKey().id());
  }

  @Test
  void noKeyIsMadeBeforeTheTokensKeysWereRead() {
    KeyRecord unused = timestampKey();
    KeyRegistry unread = KeyRegistry.load(bench.ledger);
    KeyAccess access = new KeyAccess(unread, bench.ledger, clock);
    try (Keys keys =
        new Keys(
            token,
            bench.ledger,
            unread,
            access,
            KeyQuotas.STANDARD,
            clock,
            new java.security.SecureRandom())) {
      var failure = assertThrows(CompletionException.class, () -> created(keys));
      assertEquals(
          "TOKEN_RECOVERING", assertInstanceOf(TokenException.class, failure.getCause()).ckr());
      assertEquals(1, token.keys().size());
      assertEquals(unused, keys.get(TestCaller.ALL, unused.id()));
      unread.bindTo(token.keys());
      assertEquals(unused, created(keys));
    }
  }

  private static KeyRecord created(Keys keys) {
    return keys.create(
            TestCaller.ALL, Dialect.NOTARY, SigningBench.APP, Role.TIMESTAMP, Algorithm.ECDSA)
        .join();
  }

  @Test
  void anAlgorithmTheTokenLacksIsNotAllowed() {
    var failure =
        assertThrows(
            CompletionException.class,
            () ->
                bench
                    .keys
                    .create(
                        TestCaller.ALL,
                        Dialect.NOTARY,
                        SigningBench.APP,
                        Role.TIMESTAMP,
                        Algorithm.ED25519)
                    .join());
    var refusal = assertInstanceOf(RefusedException.class, failure.getCause());
    assertEquals(Refusal.ALGORITHM_NOT_ALLOWED, refusal.reason());
    assertTrue(refusal.allowed().contains("ecdsa"), refusal.allowed());
    assertEquals(EnumSet.of(KeySpec.EC_P256), token.supported());
    assertEquals(Algorithm.ECDSA, timestampKey().algorithm());
  }

  private String byRepository(TestCaller caller, RepositoryName repository) {
    var selector = new SigningRequest.KeySelector.ByRepository(repository);
    var request = new SigningRequest(Role.TIMESTAMP, selector, timestamp(1, "one"), null);
    return SigningBench.verdict(bench.signing.sign(caller, request).join());
  }

  private RefusedException refused(TestCaller caller, KeyId id, Role role) {
    var request =
        new SigningRequest(
            role, new SigningRequest.KeySelector.ById(id), timestamp(1, "one"), null);
    return assertThrows(
        RefusedException.class,
        () -> {
          if (bench.signing.sign(caller, request).join()
              instanceof dev.chancery.api.SigningOutcome.Refused(var refusal)) {
            throw refusal;
          }
        });
  }

  private static TestCaller caller(EnumSet<Operation> operations) {
    return new TestCaller("CN=caller", operations, repository -> true);
  }

  private long issuedBy(KeyRecord key) {
    return rows().stream()
        .filter(row -> row.text("kind").equals("issued"))
        .filter(row -> row.text("keyid").equals(key.id().hex()))
        .count();
  }

  private static boolean isOf(ParsedRow row, String kind, String status) {
    return row.text("kind").equals(kind) && row.text("status").equals(status);
  }

  private static byte[] flipped(byte[] bytes, int index) {
    byte[] changed = bytes.clone();
    changed[index] ^= 1;
    return changed;
  }
}
