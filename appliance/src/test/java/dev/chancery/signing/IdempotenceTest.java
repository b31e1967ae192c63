package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.Role;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.Recorded;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The same bytes asked for again (RULES NT-6, F-4; DESIGN section 5). */
class IdempotenceTest extends PathTest {
  @Test
  void theSameBytesAtTheWatermarkGetTheRecordedSignature() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    var first = admits(key, bytes);
    long calls = token.signCalls();
    var again = admits(key, bytes);
    assertFalse(first.recorded());
    assertTrue(again.recorded());
    assertEquals(first.signature(), again.signature());
    assertEquals(calls, token.signCalls());
    assertEquals(first.sequence(), newestRow().number("repeats"));
  }

  @Test
  void eachOfSeveralContentsOfOneVersionGetsItsOwn() {
    KeyRecord key = timestampKey();
    byte[] one = timestamp(1, "one");
    byte[] other = timestamp(1, "other");
    var first = admits(key, one);
    var second = admits(key, other);
    assertEquals(first.signature(), admits(key, one).signature());
    assertEquals(second.signature(), admits(key, other).signature());
    assertEquals(2, token.signCalls());
  }

  @Test
  void theSameBytesGetItAfterARestart() {
    KeyRecord key = snapshotKey();
    byte[] bytes = snapshot(1, "one");
    var first = admits(key, bytes);
    reopen();
    var again = admits(key, bytes);
    assertTrue(again.recorded());
    assertEquals(first.signature(), again.signature());
    assertEquals(1, token.signCalls());
  }

  // As on a disk that changed it, or written by somebody who is not this program.
  @Test
  void aRecordedSignatureThatDoesNotVerifyIsNotGivenAgain() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    OnlineMetadata metadata =
        MetadataDialects.of(Dialect.NOTARY).parse(Role.TIMESTAMP, bytes, FormOptions.DEFAULT);
    Recorded recorded =
        bench
            .ledger
            .record(
                new Proposal("CN=notary-server", key, metadata, null),
                new SigningPolicy(settings()),
                clock.instant())
            .join();
    RawSignature wrong = new RawSignature(new byte[64]);
    bench.ledger.issued(recorded, wrong, null, clock.instant()).join();
    var signed = admits(key, bytes);
    assertFalse(signed.recorded());
    assertNotEquals(wrong, signed.signature());
    assertEquals(1, token.signCalls());
  }

  @Test
  void theSameBytesBelowTheWatermarkAreRefused() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    admits(key, bytes);
    admits(key, timestamp(2, "two"));
    refuses(Refusal.VERSION_ROLLBACK, key, bytes);
    reopen();
    refuses(Refusal.VERSION_ROLLBACK, key, bytes);
  }

  @Test
  void theSameBytesAreJudgedAnew() {
    KeyRecord key = timestampKey();
    byte[] bytes =
        SigningBench.timestamp(1, SigningBench.file("one"), START.plus(Duration.ofHours(2)));
    admits(key, bytes);
    clock.advance(Duration.ofHours(1));
    admits(key, bytes);
    clock.advance(Duration.ofNanos(1000));
    refuses(Refusal.EXPIRED, key, bytes);
  }

  @Test
  void bytesRecordedButNotSignedAreSignedWhenTheyComeAgain() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    signingFails(key, bytes);
    assertEquals("attempt-failed", newestRow().text("kind"));
    assertEquals("CKR_DEVICE_ERROR", newestRow().text("failure"));
    var signed = admits(key, bytes);
    assertFalse(signed.recorded());
    assertEquals(2, token.signCalls());
    assertTrue(admits(key, bytes).recorded());
  }

  @Test
  void bytesRecordedButNotSignedAreSignedAfterARestart() {
    KeyRecord key = snapshotKey();
    byte[] bytes = snapshot(1, "one");
    signingFails(key, bytes);
    reopen();
    var signed = admits(key, bytes);
    assertFalse(signed.recorded());
    MetaFile served = SigningBench.served(key, bytes, signed.signature());
    admits(timestampKey(), bench.timestamp(1, served));
  }

  @Test
  void aVersionRecordedButNotSignedCountsAllTheSame() {
    KeyRecord key = timestampKey();
    admits(key, timestamp(1, "one"));
    signingFails(key, timestamp(2, "two"));
    refuses(Refusal.VERSION_ROLLBACK, key, timestamp(1, "other"));
    admits(key, timestamp(2, "other"));
    admits(key, timestamp(3, "three"));
  }

  private void signingFails(KeyRecord key, byte[] bytes) {
    token.fail(Optional.of(new TokenException("CKR_DEVICE_ERROR", "the token is away")));
    var failure = assertThrows(CompletionException.class, () -> bench.sign(key, bytes));
    assertInstanceOf(TokenException.class, failure.getCause());
    token.fail(Optional.empty());
  }
}
