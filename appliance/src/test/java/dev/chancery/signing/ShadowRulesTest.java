package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.SigningOutcome;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.ShadowMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shadow mode: state rules take note until a date, all others refuse as ever. */
class ShadowRulesTest {
  private static final MetaFile FOREIGN = SigningBench.file("signed elsewhere");

  /** Each ends with a ledger that verifies. */
  abstract static class InShadow extends PathTest {
    static final Instant UNTIL = START.plus(Duration.ofDays(3));

    @Override
    PolicySettings settings() {
      return PolicySettings.NOTARY.withShadow(new ShadowMode(UNTIL));
    }

    @AfterEach
    void theLedgerBearsItOut() {
      rows();
      var verified = LedgerVerifier.verify(LedgerReader.of(directory.resolve("ledger.db")));
      assertEquals(List.of(), verified.findings());
    }

    /** Signed, with a warning and a row that name the rule. */
    SigningOutcome.Signed letsThrough(Refusal control, KeyRecord key, byte[] signed) {
      SigningOutcome.Signed outcome = admits(key, signed);
      assertTrue(outcome.warnings().getFirst().contains(control.name()), outcome::toString);
      assertTrue(outcome.warnings().getFirst().contains(UNTIL.toString()), outcome::toString);
      ParsedRow row = decision(outcome);
      assertEquals("admitted-shadow", row.text("outcome"));
      assertEquals(control.name(), row.text("control"));
      assertFalse(row.text("observed").isEmpty());
      return outcome;
    }

    /** Signed as at any time. */
    SigningOutcome.Signed admitsPlainly(KeyRecord key, byte[] signed) {
      SigningOutcome.Signed outcome = admits(key, signed);
      assertEquals("admitted", decision(outcome).text("outcome"));
      return outcome;
    }

    private ParsedRow decision(SigningOutcome.Signed outcome) {
      return rows().get(Math.toIntExact(outcome.sequence()));
    }

    void end() {
      clock.advance(Duration.between(clock.instant(), UNTIL));
    }

    long watermark(KeyRecord key) {
      rows();
      return bench.ledger.watermarks().stream()
          .filter(mark -> mark.key().id().equals(key.id()))
          .findFirst()
          .orElseThrow()
          .version()
          .number();
    }
  }

  /** VERSION_ROLLBACK, VERSION_JUMP, FIRST_VERSION_TOO_HIGH. */
  @Nested
  class Versions extends InShadow {
    @ParameterizedTest(name = "back from 10 to {0}")
    @ValueSource(ints = {9, 8, 1})
    void goBackAndOnFromThere(int version) {
      KeyRecord key = timestampKey();
      admitsPlainly(key, timestamp(10, "ten"));
      letsThrough(Refusal.VERSION_ROLLBACK, key, timestamp(version, "back"));
      assertEquals(version, watermark(key));
      admitsPlainly(key, timestamp(version + 1, "on"));
      assertEquals(version + 1, watermark(key));
    }

    @Test
    void areTheWatermarkOfTheRulesWhenTheyRefuseAgain() {
      KeyRecord key = timestampKey();
      admitsPlainly(key, timestamp(10, "ten"));
      letsThrough(Refusal.VERSION_ROLLBACK, key, timestamp(4, "four"));
      end();
      refuses(Refusal.VERSION_ROLLBACK, key, timestamp(3, "three"));
      refuses(Refusal.VERSION_JUMP, key, timestamp(6, "six"));
      reopen();
      refuses(Refusal.VERSION_ROLLBACK, key, timestamp(3, "three"));
      admitsPlainly(key, timestamp(5, "five"));
    }

    @Test
    void areJudgedAtTheInstantOfTheDecision() {
      KeyRecord key = timestampKey();
      admitsPlainly(key, timestamp(10, "ten"));
      clock.advance(Duration.between(clock.instant(), UNTIL).minusMillis(1));
      letsThrough(Refusal.VERSION_ROLLBACK, key, timestamp(9, "nine"));
      clock.advance(Duration.ofMillis(1));
      refuses(Refusal.VERSION_ROLLBACK, key, timestamp(8, "eight"));
    }

    @Test
    void jump() {
      KeyRecord key = timestampKey();
      admitsPlainly(key, timestamp(10, "ten"));
      letsThrough(Refusal.VERSION_JUMP, key, timestamp(12, "twelve"));
      assertEquals(12, watermark(key));
      admitsPlainly(key, timestamp(13, "thirteen"));
    }

    @Test
    void startAnywhere() {
      KeyRecord key = timestampKey();
      letsThrough(Refusal.FIRST_VERSION_TOO_HIGH, key, timestamp(1001, "first"));
      admitsPlainly(timestampKey(), timestamp(2001, "near the first"));
    }

    @Test
    void comeAgainWithTheSameBytesAfterTheyWereLeft() {
      KeyRecord key = timestampKey();
      byte[] ten = timestamp(10, "ten");
      byte[] nine = timestamp(9, "nine");
      admitsPlainly(key, ten);
      letsThrough(Refusal.VERSION_ROLLBACK, key, nine);
      assertTrue(admitsPlainly(key, nine).recorded(), "the signature on record is given again");
      assertFalse(admitsPlainly(key, ten).recorded(), "what was left is new when it comes again");
    }

    @Test
    void areComparedWithWhatWasAdmittedAtTheVersionBefore() {
      KeyRecord snapshots = snapshotKey();
      MetaFile first = issued(snapshots, 1, "one");
      KeyRecord key = timestampKey();
      admitsPlainly(key, bench.timestamp(9, first));
      admitsPlainly(key, bench.timestamp(10, first));
      letsThrough(Refusal.VERSION_ROLLBACK, key, bench.timestamp(9, first));
      end();
      refuses(Refusal.SNAPSHOT_NOT_ISSUED, key, bench.timestamp(10, FOREIGN));
      admitsPlainly(key, bench.timestamp(10, first));
    }
  }

  /** META_ROLLBACK, META_NAME_LOST, SNAPSHOT_NOT_ISSUED, SNAPSHOT_ROLLBACK. */
  @Nested
  class Files extends InShadow {
    @Test
    void thatWereReplacedReturnAndStayUntilTheyAreReplacedAgain() {
      KeyRecord key = snapshotKey();
      admitsPlainly(key, snapshot(1, "old"));
      admitsPlainly(key, snapshot(2, "new"));
      admitsPlainly(key, snapshot(3, "new"));
      letsThrough(Refusal.META_ROLLBACK, key, snapshot(4, "old"));
      end();
      admitsPlainly(key, snapshot(5, "old"));
      admitsPlainly(key, snapshot(6, "newer"));
      admitsPlainly(key, snapshot(7, "newer"));
      refuses(Refusal.META_ROLLBACK, key, snapshot(8, "old"));
    }

    @Test
    void areNoLongerNamed() {
      KeyRecord key = snapshotKey();
      admitsPlainly(key, snapshot(1, "one", "releases"));
      letsThrough(Refusal.META_NAME_LOST, key, snapshot(2, "two"));
      end();
      admitsPlainly(key, snapshot(3, "three"));
    }

    @Test
    void areSnapshotsSignedElsewhere() {
      KeyRecord timestamps = timestampKey();
      admitsPlainly(timestamps, bench.timestamp(1, issued(snapshotKey(), 1, "one")));
      letsThrough(Refusal.SNAPSHOT_NOT_ISSUED, timestamps, bench.timestamp(2, FOREIGN));
      end();
      admitsPlainly(timestamps, bench.timestamp(3, SigningBench.file("another")));
    }

    @Test
    void areOlderSnapshots() {
      KeyRecord timestamps = timestampKey();
      KeyRecord snapshots = snapshotKey();
      MetaFile first = issued(snapshots, 1, "one");
      MetaFile second = issued(snapshots, 2, "two");
      admitsPlainly(timestamps, bench.timestamp(1, second));
      letsThrough(Refusal.SNAPSHOT_ROLLBACK, timestamps, bench.timestamp(2, first));
      end();
      admitsPlainly(timestamps, bench.timestamp(3, first));
    }

    @Test
    void areNamedByTheFirstRuleTheyBreak() {
      KeyRecord key = snapshotKey();
      admitsPlainly(key, snapshot(1, "old", "releases"));
      admitsPlainly(key, snapshot(2, "new", "releases"));
      admitsPlainly(key, snapshot(3, "new", "releases"));
      var both = letsThrough(Refusal.META_ROLLBACK, key, snapshot(4, "old"));
      assertEquals(2, both.warnings().size(), both::toString);
    }
  }

  /** RATE_LIMITED. */
  @Nested
  class Spent extends InShadow {
    @Override
    PolicySettings settings() {
      return super.settings()
          .withBudgets(
              new Budgets(
                  new Bucket.Rule(3, 1),
                  new Bucket.Rule(20_000, 2_000),
                  new Bucket.Rule(100_000, 100_000),
                  20,
                  4));
    }

    @Test
    void budgetsAreNotedAndDoNotFillUpMeanwhile() {
      KeyRecord key = timestampKey();
      for (int version = 1; version <= 3; version++) {
        admitsPlainly(key, timestamp(version, "v" + version));
      }
      letsThrough(Refusal.RATE_LIMITED, key, timestamp(4, "v4"));
      letsThrough(Refusal.RATE_LIMITED, key, timestamp(5, "v5"));
    }

    @Test
    void contentsOfOneVersionAreNoted() {
      KeyRecord key = timestampKey();
      for (int content = 1; content <= 5; content++) {
        admitsPlainly(key, timestamp(1, "content " + content));
      }
      letsThrough(Refusal.RATE_LIMITED, key, timestamp(1, "content 6"));
    }
  }

  /** What shadow mode never touches. */
  @Nested
  class EverythingElse extends InShadow {
    @Test
    void refusesExpiry() {
      KeyRecord key = timestampKey();
      Instant soon = clock.instant().plus(Duration.ofMinutes(59));
      refuses(Refusal.EXPIRED, key, SigningBench.timestamp(1, FOREIGN, soon));
      Instant late = clock.instant().plus(Duration.ofDays(15)).plusSeconds(1);
      refuses(Refusal.EXPIRY_TOO_FAR, key, SigningBench.timestamp(1, FOREIGN, late));
    }

    @Test
    void refusesForm() {
      KeyRecord key = timestampKey();
      refuses(Refusal.WRONG_TYPE, key, snapshot(1, "one"));
      refuses(Refusal.MALFORMED, key, new byte[] {'{'});
    }

    @Test
    void refusesKeysThatMayNotBeUsed() {
      KeyRecord key = timestampKey();
      bench.keys.freeze(TestCaller.ALL, key.id(), "lost").join();
      refuses(Refusal.KEY_FROZEN, key, timestamp(1, "one"));
      var stranger = new TestCaller("CN=x", TestCaller.ALL.operations(), repository -> false);
      assertEquals(
          Refusal.KEY_UNKNOWN,
          SigningBench.refusal(bench.sign(stranger, snapshotKey(), snapshot(1, "one"))));
    }

    @Test
    void refusesAnUntrustedClock() {
      KeyRecord key = timestampKey();
      clock.jump(Duration.ofMinutes(-6));
      refuses(Refusal.CLOCK_UNTRUSTED, key, timestamp(1, "one"));
    }
  }

  /** How an operator is kept in mind of it. */
  @Nested
  class IsNotForgotten extends InShadow {
    private List<String> components() {
      var readiness =
          new Readiness(
              token,
              bench.registry,
              bench.ledger,
              bench.binding,
              bench.guard,
              clock,
              clock::nanoTime,
              settings().shadow(),
              List::of);
      return readiness.components().stream().map(Readiness.Component::name).toList();
    }

    @Test
    void whileItIsOnReadinessNamesIt() {
      assertTrue(components().contains("shadow-mode"), () -> components().toString());
      end();
      assertFalse(components().contains("shadow-mode"), () -> components().toString());
    }

    @Test
    void whatItLetsThroughIsCounted() {
      KeyRecord key = timestampKey();
      admitsPlainly(key, timestamp(10, "ten"));
      assertEquals(0, bench.signing.shadowAdmissions());
      letsThrough(Refusal.VERSION_ROLLBACK, key, timestamp(9, "nine"));
      assertEquals(1, bench.signing.shadowAdmissions());
    }
  }

  /** Whatever comes in whatever order. */
  @Nested
  class AnyOrder extends InShadow {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void leavesALedgerThatVerifies(long seed) {
      Random random = new Random(seed);
      List<KeyRecord> keys = new ArrayList<>(List.of(timestampKey(), snapshotKey()));
      keys.add(bench.key(new RepositoryName("registry.example/other"), Role.SNAPSHOT));
      for (int i = 0; i < 120; i++) {
        KeyRecord key = keys.get(random.nextInt(keys.size()));
        int version = 1 + random.nextInt(6);
        admits(key, metadata(key, version, "content " + random.nextInt(4)));
        assertEquals(version, watermark(key));
        if (i % 40 == 39) {
          reopen();
        }
      }
    }
  }
}
