package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version may follow which (RULES F-2, F-3). */
class VersionRulesTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");

  /** A key that has signed. */
  @Nested
  class AfterAWatermark extends PathTest {
    @Override
    PolicySettings settings() {
      PolicySettings notary = PolicySettings.NOTARY;
      return new PolicySettings(
          notary.timestamp(),
          notary.snapshot(),
          notary.expirySlack(),
          notary.skew(),
          notary.maxJump(),
          Integer.MAX_VALUE,
          notary.restoreJump(),
          Budgets.STANDARD,
          null);
    }

    @ParameterizedTest(name = "{0} at watermark {1} asked for version {2}: {3}")
    @CsvSource({
      "TIMESTAMP, 7, 1, VERSION_ROLLBACK",
      "TIMESTAMP, 7, 6, VERSION_ROLLBACK",
      "TIMESTAMP, 7, 7, admit",
      "TIMESTAMP, 7, 8, admit",
      "TIMESTAMP, 7, 9, VERSION_JUMP",
      "TIMESTAMP, 7, 2147483647, VERSION_JUMP",
      "TIMESTAMP, 2147483646, 2147483647, admit",
      "TIMESTAMP, 2147483647, 2147483646, VERSION_ROLLBACK",
      "TIMESTAMP, 2147483647, 2147483647, admit",
      "SNAPSHOT, 7, 6, VERSION_ROLLBACK",
      "SNAPSHOT, 7, 7, admit",
      "SNAPSHOT, 7, 8, admit",
      "SNAPSHOT, 7, 9, VERSION_JUMP",
    })
    void judgesTheNextVersion(Role role, int watermark, int version, String verdict) {
      KeyRecord key = bench.key(SigningBench.APP, role);
      admits(key, metadata(key, watermark, "first"));
      judged(verdict, key, metadata(key, version, "second"));
    }

    @Test
    void aRefusalNamesTheWatermark() {
      KeyRecord key = timestampKey();
      admits(key, timestamp(7, "first"));
      var refusal = refuses(Refusal.VERSION_ROLLBACK, key, timestamp(6, "second"));
      assertEquals(7, refusal.watermark() == null ? 0 : refusal.watermark().number());
      assertEquals("7 or 8", refusal.allowed());
      assertEquals(7, newestRow().number("watermarkBefore"));
      assertEquals(6, newestRow().number("version"));
    }

    @Test
    void theWatermarkDoesNotMoveByARefusal() {
      KeyRecord key = timestampKey();
      admits(key, timestamp(7, "first"));
      refuses(Refusal.VERSION_JUMP, key, timestamp(9, "jump"));
      refuses(Refusal.VERSION_JUMP, key, timestamp(9, "jump"));
      admits(key, timestamp(8, "next"));
    }
  }

  /** A key that has not signed. */
  @Nested
  class OfANewKey extends PathTest {
    @ParameterizedTest(name = "{0} key of a new repository starts at {1}: {2}")
    @CsvSource({
      "TIMESTAMP, 1, admit",
      "TIMESTAMP, 1000, admit",
      "TIMESTAMP, 1001, FIRST_VERSION_TOO_HIGH",
      "TIMESTAMP, 2147483647, FIRST_VERSION_TOO_HIGH",
      "SNAPSHOT, 1000, admit",
      "SNAPSHOT, 1001, FIRST_VERSION_TOO_HIGH",
    })
    void startsNearZero(Role role, int version, String verdict) {
      KeyRecord key = bench.key(SigningBench.APP, role);
      judged(verdict, key, metadata(key, version, "first"));
    }

    @ParameterizedTest(name = "{1} key, after the repository''s {0} key reached 900, at {2}: {3}")
    @CsvSource({
      "TIMESTAMP, TIMESTAMP, 1900, admit",
      "TIMESTAMP, TIMESTAMP, 1901, FIRST_VERSION_TOO_HIGH",
      "SNAPSHOT, SNAPSHOT, 1900, admit",
      "SNAPSHOT, SNAPSHOT, 1901, FIRST_VERSION_TOO_HIGH",
      "TIMESTAMP, SNAPSHOT, 1900, admit",
      "TIMESTAMP, SNAPSHOT, 1901, FIRST_VERSION_TOO_HIGH",
      "SNAPSHOT, TIMESTAMP, 1000, admit",
      "SNAPSHOT, TIMESTAMP, 1001, FIRST_VERSION_TOO_HIGH",
    })
    void goesOnFromItsRepository(Role earlier, Role role, int version, String verdict) {
      KeyRecord before = bench.key(SigningBench.APP, earlier);
      admits(before, metadata(before, 900, "earlier"));
      KeyRecord key = bench.key(SigningBench.APP, role);
      judged(verdict, key, metadata(key, version, "first"));
    }

    @Test
    void ofADeletedRepositoryIsWhereARollbackSendsThePublisher() {
      KeyRecord old = timestampKey();
      admits(old, timestamp(900, "earlier"));
      var refusal = refuses(Refusal.VERSION_ROLLBACK, old, timestamp(1, "from a cache"));
      assertTrue(refusal.remedy().contains("'notary delete GUN' and 'notary init GUN'"));
      assertTrue(refusal.toString().length() <= 512, refusal::toString);
      admits(timestampKey(), timestamp(1, "after init"));
    }

    @Test
    void doesNotGoOnFromAnotherRepository() {
      KeyRecord other = bench.key(OTHER, Role.TIMESTAMP);
      admits(other, timestamp(900, "other"));
      KeyRecord key = timestampKey();
      refuses(Refusal.FIRST_VERSION_TOO_HIGH, key, timestamp(1001, "first"));
      admits(key, timestamp(1000, "first"));
    }

    @Test
    void startsBelowItsPredecessorAfterDeleteAndInit() {
      KeyRecord before = timestampKey();
      admits(before, timestamp(900, "earlier"));
      admits(timestampKey(), timestamp(1, "again"));
    }
  }
}
