package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much in how much time (RULES F-6, F-9): RATE_LIMITED, and the wait it names. */
class BudgetRulesTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");
  private static final Bucket.Rule PLENTY = new Bucket.Rule(1_000_000, 1_000_000);
  private static final Pattern WAIT = Pattern.compile("wait (\\d+) s");

  /** A budget, and the path under it. */
  abstract static class Limited extends PathTest {
    abstract Budgets budgets();

    @Override
    PolicySettings settings() {
      return PolicySettings.NOTARY.withBudgets(budgets());
    }

    /** One second before the wait that the refusal names is over it is refused, then admitted. */
    void passesAfterTheNamedWait(KeyRecord key, Supplier<byte[]> request) {
      RefusedException refusal = refuses(Refusal.RATE_LIMITED, key, request.get());
      Matcher named = WAIT.matcher(refusal.remedy());
      assertEquals(true, named.matches(), refusal.remedy());
      long wait = Long.parseLong(named.group(1));
      clock.advance(Duration.ofSeconds(wait - 1));
      refuses(Refusal.RATE_LIMITED, key, request.get());
      clock.advance(Duration.ofSeconds(1));
      admits(key, request.get());
    }
  }

  /** Versions above the watermark, of one key. */
  @Nested
  class NewVersionsOfAKey extends Limited {
    @Override
    Budgets budgets() {
      return new Budgets(new Bucket.Rule(3, 100), PLENTY, PLENTY, 20, 1000);
    }

    @ParameterizedTest(name = "{0} ms between the requests")
    @ValueSource(longs = {0, 1, 999, 1001, 7777, 11_500})
    void areLimited(long millis) {
      KeyRecord key = timestampKey();
      for (int version = 1; version <= 3; version++) {
        admits(key, timestamp(version, "v" + version));
        clock.advance(Duration.ofMillis(millis));
      }
      passesAfterTheNamedWait(key, () -> timestamp(4, "v4"));
    }

    @Test
    void doNotLimitTheWatermarksVersionOrAnotherKey() {
      KeyRecord key = timestampKey();
      for (int version = 1; version <= 3; version++) {
        admits(key, timestamp(version, "v" + version));
      }
      admits(key, timestamp(3, "another"));
      admits(snapshotKey(), snapshot(1, "targets"));
      refuses(Refusal.RATE_LIMITED, key, timestamp(4, "v4"));
    }

    @Test
    void areStillLimitedAfterARestart() {
      KeyRecord key = timestampKey();
      for (int version = 1; version <= 3; version++) {
        admits(key, timestamp(version, "v" + version));
      }
      reopen();
      passesAfterTheNamedWait(key, () -> timestamp(4, "v4"));
    }
  }

  /** File hashes not seen before, of one key. */
  @Nested
  class NewHashesOfAKey extends Limited {
    @Override
    Budgets budgets() {
      return new Budgets(PLENTY, new Bucket.Rule(5, 60), PLENTY, 20, 1000);
    }

    @Test
    void areLimited() {
      KeyRecord key = snapshotKey();
      admits(key, snapshot(1, "one", "x", "y"));
      admits(key, snapshot(2, "two", "x", "y"));
      passesAfterTheNamedWait(key, () -> snapshot(3, "three", "x", "y"));
    }

    @Test
    void doNotLimitFilesSeenBefore() {
      KeyRecord key = snapshotKey();
      admits(key, snapshot(1, "one", "x", "y"));
      admits(key, snapshot(2, "two", "x", "y"));
      refuses(Refusal.RATE_LIMITED, key, snapshot(3, "three", "x", "y"));
      admits(key, snapshot(3, "two", "x", "y"));
    }
  }

  /** Versions above the watermark, of all keys that one caller uses. */
  @Nested
  class NewVersionsOfACaller extends Limited {
    @Override
    Budgets budgets() {
      return new Budgets(PLENTY, PLENTY, new Bucket.Rule(2, 100), 20, 1000);
    }

    @Test
    void areLimitedOverAllHisKeys() {
      admits(timestampKey(), timestamp(1, "one"));
      admits(snapshotKey(), snapshot(1, "one"));
      KeyRecord other = bench.key(OTHER, Role.TIMESTAMP);
      passesAfterTheNamedWait(other, () -> timestamp(1, "other"));
    }

    @Test
    void doNotLimitAnotherCaller() {
      KeyRecord key = timestampKey();
      admits(key, timestamp(1, "one"));
      admits(key, timestamp(2, "two"));
      refuses(Refusal.RATE_LIMITED, key, timestamp(3, "three"));
      var another =
          new TestCaller("CN=another", TestCaller.ALL.operations(), TestCaller.ALL.repositories());
      SigningBench.signed(bench.sign(another, key, timestamp(3, "three")));
    }

    @Test
    void areStillLimitedAfterARestart() {
      KeyRecord key = timestampKey();
      admits(key, timestamp(1, "one"));
      admits(key, timestamp(2, "two"));
      reopen();
      refuses(Refusal.RATE_LIMITED, key, timestamp(3, "three"));
    }
  }

  /** Other contents of one version in an hour. */
  @Nested
  class OtherContentsOfOneVersion extends Limited {
    @Override
    Budgets budgets() {
      return new Budgets(PLENTY, PLENTY, PLENTY, 2, 4);
    }

    @ParameterizedTest(name = "{0} ms between the requests")
    @ValueSource(longs = {0, 1, 999, 1001, 100_250})
    void areLimitedInAnHour(long millis) {
      KeyRecord key = timestampKey();
      admits(key, timestamp(1, "first"));
      for (int i = 1; i <= 4; i++) {
        clock.advance(Duration.ofMillis(millis));
        int warnings = admits(key, timestamp(1, "other " + i)).warnings().size();
        assertEquals(i > 2 ? 1 : 0, warnings, "warnings of other content " + i);
      }
      passesAfterTheNamedWait(key, () -> timestamp(1, "one more"));
    }

    @Test
    void doNotLimitTheNextVersion() {
      KeyRecord key = timestampKey();
      admits(key, timestamp(1, "first"));
      for (int i = 1; i <= 4; i++) {
        admits(key, timestamp(1, "other " + i));
      }
      refuses(Refusal.RATE_LIMITED, key, timestamp(1, "one more"));
      admits(key, timestamp(2, "next"));
      admits(key, timestamp(2, "next again"));
    }

    @Test
    void doNotCountTheSameBytesAgain() {
      KeyRecord key = timestampKey();
      byte[] first = timestamp(1, "first");
      for (int i = 1; i <= 10; i++) {
        admits(key, first);
      }
    }
  }
}
