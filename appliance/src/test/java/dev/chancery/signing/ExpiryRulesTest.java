package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When metadata may expire (RULES NC-5, V-5), to the nanosecond. */
class ExpiryRulesTest extends PathTest {
  @ParameterizedTest(name = "{0} expiring {1} and {2} ns from now: {3}")
  @CsvSource({
    "TIMESTAMP, PT-1S, 0, EXPIRED",
    "TIMESTAMP, PT1H, -1, EXPIRED",
    "TIMESTAMP, PT1H, 0, admit",
    "TIMESTAMP, P15D, 0, admit",
    "TIMESTAMP, P15D, 1, EXPIRY_TOO_FAR",
    "TIMESTAMP, P1095D, 0, EXPIRY_TOO_FAR",
    "SNAPSHOT, PT1H, -1, EXPIRED",
    "SNAPSHOT, PT1H, 0, admit",
    "SNAPSHOT, P1096D, 0, admit",
    "SNAPSHOT, P1096D, 1, EXPIRY_TOO_FAR",
    "SNAPSHOT, P2900000D, 0, EXPIRY_TOO_FAR",
  })
  void judgesTheExpiry(Role role, Duration life, long nanos, String verdict) {
    judged(verdict, bench.key(SigningBench.APP, role), expiring(role, life.plusNanos(nanos)));
  }

  @ParameterizedTest(name = "{0} expiring {1} and {2} ns from now: {3} warnings")
  @CsvSource({
    "TIMESTAMP, P14DT5M, 0, 0",
    "TIMESTAMP, P14DT5M, 1, 1",
    "SNAPSHOT, P1095DT5M, 0, 0",
    "SNAPSHOT, P1095DT5M, 1, 1",
  })
  void warnsWhereTheServersClockIsAhead(Role role, Duration life, long nanos, int warnings) {
    KeyRecord key = bench.key(SigningBench.APP, role);
    var signed = admits(key, expiring(role, life.plusNanos(nanos)));
    assertEquals(warnings, signed.warnings().size(), signed.warnings()::toString);
  }

  private byte[] expiring(Role role, Duration life) {
    Instant expires = clock.instant().plus(life);
    MetaFile file = SigningBench.file("file");
    return role == Role.TIMESTAMP
        ? SigningBench.timestamp(1, file, expires)
        : SigningBench.signedPart(
            "Snapshot", 1, expires, Map.of("root", file, "targets", SigningBench.file("targets")));
  }
}
