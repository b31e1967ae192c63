package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.SigningOutcome;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.keys.Repositories;
import dev.chancery.keys.Repositories.Repository;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.testing.TufPublisher;
import dev.chancery.testing.TufPublisher.PublisherKey;
import dev.chancery.testing.TufPublisher.RoleKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registered root allows (TUF specification 5.3), and what is signed by what it lists. */
class TufRootRulesTest extends PathTest {
  private static final RepositoryName REPOSITORY = new RepositoryName("tuf.example/app");
  private static final Instant LATER = START.plus(Duration.ofDays(365));

  private final PublisherKey rootKey = PublisherKey.make();
  private final PublisherKey otherRootKey = PublisherKey.make();
  private final PublisherKey targetsKey = PublisherKey.make();
  private KeyRecord timestamps;
  private KeyRecord snapshots;

  @BeforeEach
  void keys() {
    timestamps = bench.tufKey(REPOSITORY, Role.TIMESTAMP);
    snapshots = bench.tufKey(REPOSITORY, Role.SNAPSHOT);
  }

  @Test
  void aKeySignsOnlyWhileTheNewestRootListsItForItsRole() {
    judged("admit", timestamps, timestamp(1));
    add(root(1, LATER, rootKey, timestamps, snapshots, rootKey)).join();
    judged("admit", timestamps, timestamp(2));
    judged("admit", snapshots, snapshot(1));
    KeyRecord next = bench.tufKey(REPOSITORY, Role.TIMESTAMP);
    judged("KEY_NOT_IN_ROOT", next, timestamp(3));
    add(root(2, LATER, rootKey, next, snapshots, rootKey)).join();
    judged("KEY_NOT_IN_ROOT", timestamps, timestamp(3));
    judged("admit", next, timestamp(3));
    judged("admit", snapshots, snapshot(2));
  }

  @Test
  void aKeyOfAnotherRoleIsNoneOfThisOne() {
    add(root(1, LATER, rootKey, snapshots, timestamps, rootKey)).join();
    judged("KEY_NOT_IN_ROOT", timestamps, timestamp(1));
    judged("KEY_NOT_IN_ROOT", snapshots, snapshot(1));
  }

  @Test
  void aRestartForgetsNoRoot() {
    add(root(1, LATER, rootKey, snapshots, timestamps, rootKey)).join();
    reopen();
    judged("KEY_NOT_IN_ROOT", timestamps, timestamp(1));
    add(root(2, LATER, rootKey, timestamps, snapshots, rootKey)).join();
    reopen();
    judged("admit", timestamps, timestamp(1));
    assertEquals(2, bench.ledger.roots().getFirst().keys().version().number());
    close();
    var verified = LedgerVerifier.verify(LedgerReader.of(directory.resolve("ledger.db")));
    assertEquals(List.of(), verified.findings());
    open();
  }

  @ParameterizedTest(name = "after root 1, {0} is {1}")
  @CsvSource({
    "the next, pass",
    "the same again, pass",
    "another of its version, VERSION_ROLLBACK",
    "the one after the next, VERSION_JUMP",
    "the next without the old key, SIGNATURE_INVALID",
    "the next without the new key, SIGNATURE_INVALID",
    "the next with a new key and both, pass",
  })
  void aRootFollowsTheOneBefore(String which, String verdict) {
    byte[] first = root(1, LATER, rootKey, timestamps, snapshots, rootKey);
    add(first).join();
    long rows = rows().size();
    byte[] next =
        switch (which) {
          case "the next" -> root(2, LATER, rootKey, timestamps, snapshots, rootKey);
          case "the same again" -> first;
          case "another of its version" ->
              root(1, LATER.plusSeconds(1), rootKey, timestamps, snapshots, rootKey);
          case "the one after the next" -> root(3, LATER, rootKey, timestamps, snapshots, rootKey);
          case "the next without the old key" ->
              root(2, LATER, otherRootKey, timestamps, snapshots, otherRootKey);
          case "the next without the new key" ->
              root(2, LATER, otherRootKey, timestamps, snapshots, rootKey);
          default -> root(2, LATER, otherRootKey, timestamps, snapshots, rootKey, otherRootKey);
        };
    if (verdict.equals("pass")) {
      Repository after = add(next).join();
      int version = after.root() == null ? 0 : after.root().version().number();
      assertEquals(which.equals("the same again") ? 1 : 2, version);
      assertEquals(rows + (which.equals("the same again") ? 0 : 1), rows().size());
    } else {
      assertEquals(verdict, refusal(add(next)).name());
      assertEquals(verdict, newestRow().text("control"));
      assertEquals(1, bench.ledger.roots().getFirst().keys().version().number());
    }
  }

  @Test
  void aRootThatIsNotSignedByItselfIsNotTrusted() {
    assertEquals(
        Refusal.SIGNATURE_INVALID,
        refusal(add(root(1, LATER, rootKey, timestamps, snapshots, otherRootKey))));
    assertEquals(List.of(), bench.ledger.roots());
  }

  @Test
  void aRepositoryOfNotaryHasNoRootOfTuf() {
    timestampKey();
    byte[] root = root(1, LATER, rootKey, timestamps, snapshots, rootKey);
    assertEquals(
        Refusal.REQUEST_INVALID,
        refusal(repositories().addRoot(TestCaller.ALL, SigningBench.APP, root, "test")));
  }

  @ParameterizedTest(name = "a root that expires {0} from now: {1}")
  @CsvSource({"P30DT1S, ''", "P30D, expires", "PT1S, expires", "PT0S, expired"})
  void anAnswerSaysThatTheRootWillExpire(Duration life, String said) {
    add(root(1, START.plus(life), rootKey, timestamps, snapshots, rootKey)).join();
    SigningOutcome.Signed signed = admits(timestamps, timestamp(1));
    assertEquals(said.isEmpty() ? 0 : 1, signed.warnings().size());
    assertTrue(signed.warnings().stream().allMatch(each -> each.startsWith("root 1 " + said)));
  }

  private Repositories repositories() {
    return new Repositories(bench.ledger, bench.registry, bench.access, clock);
  }

  private CompletableFuture<Repository> add(byte[] root) {
    return repositories().addRoot(TestCaller.ALL, REPOSITORY, root, "published");
  }

  private static Refusal refusal(CompletableFuture<?> answer) {
    var failure = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(RefusedException.class, failure.getCause()).reason();
  }

  private byte[] root(
      int version,
      Instant expires,
      PublisherKey own,
      KeyRecord first,
      KeyRecord second,
      PublisherKey... signers) {
    return TufPublisher.root(
        version,
        expires,
        Map.of(
            "root", RoleKeys.of(1, own),
            "targets", RoleKeys.of(1, targetsKey),
            "timestamp", roleKeys(first),
            "snapshot", roleKeys(second)),
        signers);
  }

  /** A role of one key here. */
  static RoleKeys roleKeys(KeyRecord key) {
    return new RoleKeys(1, Map.of(key.id().hex(), keyObject(key)));
  }

  private static Map<String, Object> keyObject(KeyRecord key) {
    try {
      var object =
          MetadataDialects.of(key.dialect()).keyObject(key.algorithm(), key.publicKey().der());
      return new ObjectMapper()
          .readValue(
              new String(CanonicalJson.encode(object), StandardCharsets.UTF_8).replace("\n", "\\n"),
              new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] timestamp(int version) {
    Map<String, Object> signed =
        TufPublisher.metadata("timestamp", version, START.plus(Duration.ofDays(1)));
    signed.put("meta", Map.of("snapshot.json", Map.of("version", 1)));
    return CanonicalJson.encode(signed);
  }

  private static byte[] snapshot(int version) {
    Map<String, Object> signed =
        new HashMap<>(TufPublisher.metadata("snapshot", version, START.plus(Duration.ofDays(7))));
    signed.put("meta", Map.of("targets.json", Map.of("version", 1)));
    return CanonicalJson.encode(signed);
  }
}
