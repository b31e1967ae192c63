package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.OldKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.ParsedRow;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of an old signer: the same rules, the same ledger, another who signs. */
class ForeignKeysTest extends PathTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");

  /** The old signer, with keys of its own. */
  private final FakeToken old = new FakeToken();

  private TokenKey oldKey;
  private KeyRecord foreign;

  @BeforeEach
  void adoptOne() {
    oldKey = old.generate(KeySpec.EC_P256, "old-1");
    foreign = adopt(oldKey, Role.TIMESTAMP);
    answersThroughTheOldSigner();
  }

  private void answersThroughTheOldSigner() {
    bench.upstream =
        (key, message) -> {
          assertEquals(foreign.id(), key.id());
          return old.sign(oldKey, message);
        };
  }

  @AfterEach
  void theLedgerBearsItOut() {
    rows();
    var verified = LedgerVerifier.verify(LedgerReader.of(directory.resolve("ledger.db")));
    assertEquals(List.of(), verified.findings());
  }

  private KeyRecord adopt(TokenKey key, Role role) {
    return bench.keys.adopt(TestCaller.ALL, described(key, SigningBench.APP, role)).join();
  }

  private static OldKey described(TokenKey key, RepositoryName repository, Role role) {
    return new OldKey(
        Dialect.NOTARY,
        repository,
        role,
        Algorithm.ECDSA,
        new PublicKeyInfo(key.subjectPublicKeyInfo()));
  }

  @Test
  void itsSignatureComesFromTheOldSignerAndTheTokenIsNotAsked() {
    admits(foreign, timestamp(1, "one"));
    assertEquals(1, old.signCalls());
    assertEquals(0, token.signCalls());
    refuses(Refusal.VERSION_JUMP, foreign, timestamp(3, "three"));
    assertEquals(1, old.signCalls());
  }

  @Test
  void everyRowOfItSaysForeign() {
    admits(foreign, timestamp(1, "one"));
    old.fail(Optional.of(new TokenException("UPSTREAM_TIMEOUT", "no answer")));
    assertThrows(CompletionException.class, () -> bench.sign(foreign, timestamp(2, "two")));
    refuses(Refusal.VERSION_JUMP, foreign, timestamp(9, "nine"));
    bench.keys.freeze(TestCaller.ALL, foreign.id(), "done").join();
    List<String> kinds = List.of("key", "decision", "issued", "attempt-failed", "key-status");
    for (ParsedRow row : rows()) {
      if (kinds.contains(row.text("kind"))) {
        assertEquals("foreign", row.text("mode"), row.text("kind"));
        assertFalse(row.names().contains("tokenKeyId") || row.names().contains("keyAttributes"));
      }
    }
    assertEquals("UPSTREAM_TIMEOUT", rowOf("attempt-failed").text("failure"));
  }

  @Test
  void withoutAnOldSignerItFailsAndSignsLater() {
    bench.upstream = ForeignSigner.NONE;
    byte[] bytes = timestamp(1, "one");
    var failure = assertThrows(CompletionException.class, () -> bench.sign(foreign, bytes));
    assertEquals(
        "UPSTREAM_MISSING", assertInstanceOf(TokenException.class, failure.getCause()).ckr());
    assertEquals("UPSTREAM_MISSING", rowOf("attempt-failed").text("failure"));
    answersThroughTheOldSigner();
    admits(foreign, bytes);
  }

  @Test
  void aWrongSignatureOfTheOldSignerIsNotReleasedAndSuspendsTheKey() {
    old.tamper(signature -> new byte[64]);
    assertThrows(CompletionException.class, () -> bench.sign(foreign, timestamp(1, "one")));
    refuses(Refusal.KEY_SUSPENDED, foreign, timestamp(1, "one"));
  }

  @Test
  void itSignsAlsoWhileTheTokenWasNeverThere() {
    bench.close();
    token.fail(Optional.of(new TokenException("CKR_DEVICE_REMOVED", "gone")));
    bench = new SigningBench(directory.resolve("ledger.db"), clock, settings(), token);
    answersThroughTheOldSigner();
    admits(foreign, timestamp(1, "one"));
  }

  @Test
  void itIsNeverHandedOutAsAnUnusedKey() {
    KeyRecord made = timestampKey();
    assertNotEquals(foreign.id(), made.id());
    assertEquals(KeyMode.RESIDENT, made.mode());
    reopen();
    assertEquals(made.id(), timestampKey().id());
  }

  @Test
  void aNewKeyGoesOnFromItAndIsLinkedToWhatItSigned() {
    KeyRecord snapshots = snapshotKey();
    MetaFile first = issued(snapshots, 1, "one");
    MetaFile second = issued(snapshots, 2, "two");
    admits(foreign, bench.timestamp(900, first));
    admits(foreign, bench.timestamp(901, second));
    KeyRecord rotated = timestampKey();
    refuses(Refusal.SNAPSHOT_ROLLBACK, rotated, bench.timestamp(902, first));
    refuses(Refusal.FIRST_VERSION_TOO_HIGH, rotated, bench.timestamp(1902, second));
    admits(rotated, bench.timestamp(902, second));
  }

  @Test
  void theSameKeyIsTakenOnceAndNeverWithAnotherBinding() {
    int rows = rows().size();
    assertEquals(foreign, adopt(oldKey, Role.TIMESTAMP));
    assertEquals(rows, rows().size());
    for (OldKey other :
        List.of(
            described(oldKey, SigningBench.APP, Role.SNAPSHOT),
            described(oldKey, OTHER, Role.TIMESTAMP))) {
      assertEquals(Refusal.REQUEST_INVALID, refused(TestCaller.ALL, other));
      assertEquals("REQUEST_INVALID", newestRow().text("control"));
    }
  }

  @Test
  void aKeyMadeInTheTokenIsNeverTakenForAForeignOne() {
    KeyRecord made = snapshotKey();
    TokenKey inToken = token.find(SigningBench.tokenKeyId(made)).orElseThrow();
    assertEquals(
        Refusal.REQUEST_INVALID,
        refused(TestCaller.ALL, described(inToken, SigningBench.APP, Role.SNAPSHOT)));
    assertEquals(KeyMode.RESIDENT, bench.keys.get(TestCaller.ALL, made.id()).mode());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 90})
  void whatIsNoPublicKeyIsNotTaken(int length) {
    byte[] cut = java.util.Arrays.copyOf(oldKey.subjectPublicKeyInfo(), length);
    OldKey key =
        new OldKey(
            Dialect.NOTARY,
            SigningBench.APP,
            Role.TIMESTAMP,
            Algorithm.ECDSA,
            new PublicKeyInfo(cut));
    assertEquals(Refusal.REQUEST_INVALID, refused(TestCaller.ALL, key));
  }

  @Test
  void onlyWhoMayAdoptKeysAdoptsThem() {
    OldKey another =
        described(old.generate(KeySpec.EC_P256, "old-2"), SigningBench.APP, Role.SNAPSHOT);
    var others = EnumSet.complementOf(EnumSet.of(Operation.ADOPT_KEY));
    var without = new TestCaller("CN=other", others, repository -> true);
    assertEquals(Refusal.ROLE_NOT_ALLOWED, refused(without, another));
    var elsewhere = new TestCaller("CN=e", EnumSet.of(Operation.ADOPT_KEY), OTHER::equals);
    assertEquals(Refusal.REPOSITORY_NOT_ALLOWED, refused(elsewhere, another));
    var may = new TestCaller("CN=o", EnumSet.of(Operation.ADOPT_KEY), repository -> true);
    assertTrue(bench.keys.adopt(may, another).join().mode() == KeyMode.FOREIGN);
  }

  private Refusal refused(TestCaller caller, OldKey key) {
    var failure =
        assertThrows(CompletionException.class, () -> bench.keys.adopt(caller, key).join());
    return assertInstanceOf(RefusedException.class, failure.getCause()).reason();
  }

  private ParsedRow rowOf(String kind) {
    return rows().stream()
        .filter(row -> row.text("kind").equals(kind))
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
