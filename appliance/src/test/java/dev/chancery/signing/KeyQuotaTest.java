package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.hsm.KeySpec;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.keys.Keys;
import dev.chancery.keys.OldKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many keys may be made (DESIGN section 4): KEY_QUOTA. */
class KeyQuotaTest extends PathTest {
  // Of one repository and role 5 a day, 2 of them for rotation; 3 new repositories an hour;
  // 12 keys on the token, 4 of them for repositories that have signed.
  private static final KeyQuotas QUOTAS = new KeyQuotas(5, 2, 3, 12, 4);
  private static final Pattern WAIT = Pattern.compile("wait (\\d+) s");

  private Keys keys;

  @BeforeEach
  void limit() {
    keys =
        new Keys(
            token, bench.ledger, bench.registry, bench.access, QUOTAS, clock, new SecureRandom());
  }

  @AfterEach
  void stop() {
    keys.close();
  }

  @Test
  void aRepositoryThatNeverSignedLeavesTheShareForRotation() {
    for (int i = 0; i < 3; i++) {
      frozen(create(SigningBench.APP));
      clock.advance(Duration.ofMillis(1_234_567));
    }
    passesAfterTheNamedWait(SigningBench.APP);
  }

  @Test
  void aRepositoryThatHasSignedMayUseIt() {
    for (int version = 1; version <= 5; version++) {
      admits(create(SigningBench.APP), timestamp(version, "v" + version));
      clock.advance(Duration.ofSeconds(1));
    }
    passesAfterTheNamedWait(SigningBench.APP);
  }

  @Test
  void theOtherRoleHasItsOwn() {
    for (int i = 0; i < 3; i++) {
      frozen(create(SigningBench.APP));
    }
    refused(TestCaller.ALL, SigningBench.APP);
    keys.create(TestCaller.ALL, Dialect.NOTARY, SigningBench.APP, Role.SNAPSHOT, Algorithm.ECDSA)
        .join();
  }

  @Test
  void aCallerMayBringSoManyNewRepositoriesAnHour() {
    for (int i = 1; i <= 3; i++) {
      create(repository(i));
      clock.advance(Duration.ofMillis(10_001));
    }
    frozen(create(repository(3)));
    create(repository(3)); // Known already.
    passesAfterTheNamedWait(repository(4));
  }

  @Test
  void anotherCallerMayBringHisOwn() {
    for (int i = 1; i <= 3; i++) {
      create(repository(i));
    }
    refused(TestCaller.ALL, repository(4));
    var another =
        new TestCaller("CN=another", TestCaller.ALL.operations(), TestCaller.ALL.repositories());
    keys.create(another, Dialect.NOTARY, repository(4), Role.TIMESTAMP, Algorithm.ECDSA).join();
  }

  @Test
  void aTokenKeepsAReserveForRepositoriesThatHaveSigned() {
    KeyRecord first = create(SigningBench.APP);
    admits(first, timestamp(1, "v1"));
    for (int i = 1; i < 8; i++) {
      create(repository(i));
      clock.advance(Duration.ofHours(1));
    }
    RefusedException refusal = refused(TestCaller.ALL, repository(8));
    assertEquals("8 keys on the token", refusal.observed());
    for (int version = 2; version <= 5; version++) {
      admits(create(SigningBench.APP), timestamp(version, "v" + version));
      clock.advance(Duration.ofDays(1));
    }
    assertEquals("12", refused(TestCaller.ALL, SigningBench.APP).allowed());
  }

  @Test
  void keysOfAnOldSignerTakeNothingFromTheRotationsThatReplaceThem() {
    for (int i = 0; i < 20; i++) {
      adopt(SigningBench.APP, "old-" + i);
    }
    // All five of the day, those for rotation too: the repository has signed, if not here.
    for (int i = 0; i < 5; i++) {
      frozen(create(SigningBench.APP));
      clock.advance(Duration.ofSeconds(1));
    }
    passesAfterTheNamedWait(SigningBench.APP);
  }

  @Test
  void keysOfAnOldSignerAreNotOnTheToken() {
    for (int i = 0; i < 20; i++) {
      adopt(repository(100 + i), "old-" + i);
    }
    for (int i = 1; i <= 8; i++) {
      create(repository(i));
      clock.advance(Duration.ofHours(1));
    }
    assertEquals("8 keys on the token", refused(TestCaller.ALL, repository(9)).observed());
    // The rest is for repositories that have signed.
    create(repository(100));
  }

  private void adopt(RepositoryName repository, String name) {
    byte[] publicKey = new FakeToken().generate(KeySpec.EC_P256, name).subjectPublicKeyInfo();
    keys.adopt(
            TestCaller.ALL,
            new OldKey(
                Dialect.NOTARY,
                repository,
                Role.TIMESTAMP,
                Algorithm.ECDSA,
                new PublicKeyInfo(publicKey)))
        .join();
  }

  @Test
  void aRefusalMakesNoKeyAndStandsOnTheRecord() {
    for (int i = 0; i < 3; i++) {
      frozen(create(SigningBench.APP));
    }
    int made = token.keys().size();
    refused(TestCaller.ALL, SigningBench.APP);
    assertEquals(made, token.keys().size());
    bench.ledger.operatorAction("CN=operator", "look", "", clock.instant()).join();
    assertTrue(
        rows().stream()
            .anyMatch(row -> row.optionalText("control").filter("KEY_QUOTA"::equals).isPresent()));
  }

  private void passesAfterTheNamedWait(RepositoryName repository) {
    RefusedException refusal = refused(TestCaller.ALL, repository);
    Matcher named = WAIT.matcher(refusal.remedy());
    assertTrue(named.matches(), refusal.remedy());
    clock.advance(Duration.ofSeconds(Long.parseLong(named.group(1)) - 1));
    refused(TestCaller.ALL, repository);
    clock.advance(Duration.ofSeconds(1));
    create(repository);
  }

  private RefusedException refused(TestCaller caller, RepositoryName repository) {
    var failure =
        assertThrows(
            CompletionException.class,
            () ->
                keys.create(caller, Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA)
                    .join());
    var refusal = assertInstanceOf(RefusedException.class, failure.getCause());
    assertEquals(Refusal.KEY_QUOTA, refusal.reason());
    return refusal;
  }

  private KeyRecord create(RepositoryName repository) {
    return keys.create(TestCaller.ALL, Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA)
        .join();
  }

  private void frozen(KeyRecord key) {
    keys.freeze(TestCaller.ALL, key.id(), "so that another is made").join();
  }

  private static RepositoryName repository(int number) {
    return new RepositoryName("registry.example/team/app-" + number);
  }
}
