package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Refusal;
import dev.chancery.api.SigningOutcome;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.ParsedRow;
import java.math.BigInteger;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Two signatures with one r give the private key away, so the second is not given out. */
class RepeatedNonceTest extends PathTest {
  private static final BigInteger K = BigInteger.valueOf(987_654_321);

  @Test
  void theSecondSignatureWithOneRIsNotReleasedAndSuspendsItsKey() {
    KeyRecord key = timestampKey();
    token.nonce(K);
    admits(key, timestamp(1, "one"));
    assertNotReleased(key, timestamp(2, "two"));
    token.nonce(null);
    refuses(Refusal.KEY_SUSPENDED, key, timestamp(2, "two"));
    reopen();
    refuses(Refusal.KEY_SUSPENDED, key, timestamp(2, "two"));
    admits(timestampKey(), timestamp(2, "two"));
  }

  @Test
  void theRowsSayWhy() {
    KeyRecord key = timestampKey();
    token.nonce(K);
    admits(key, timestamp(1, "one"));
    assertNotReleased(key, timestamp(2, "two"));
    ParsedRow status = rows().get(rows().size() - 2);
    assertEquals("suspended", status.text("status"));
    assertTrue(status.text("reason").contains("NONCE_REPEATED"));
    assertEquals("NONCE_REPEATED", newestRow().text("failure"));
    assertEquals(1, rows().stream().filter(row -> row.text("kind").equals("issued")).count());
  }

  @Test
  void anRFromBeforeARestartIsKnown() {
    KeyRecord key = timestampKey();
    token.nonce(K);
    admits(key, timestamp(1, "one"));
    reopen();
    assertNotReleased(key, timestamp(2, "two"));
  }

  @Test
  void anotherKeyWithTheSameRIsSuspendedToo() {
    KeyRecord first = timestampKey();
    KeyRecord second = snapshotKey();
    token.nonce(K);
    admits(first, timestamp(1, "one"));
    assertNotReleased(second, snapshot(1, "one"));
  }

  @Test
  void anotherNonceForEachTextIsAsItShouldBe() {
    KeyRecord key = timestampKey();
    token.nonce(K);
    admits(key, timestamp(1, "one"));
    token.nonce(K.add(BigInteger.ONE));
    admits(key, timestamp(2, "two"));
  }

  @Test
  void aTokenThatDerivesItsNonceFromTheTextGivesTheSameSignatureOfTheSameTextAgain() {
    KeyRecord key = timestampKey();
    byte[] bytes = timestamp(1, "one");
    var first = bench.signing.sign(TestCaller.ALL, SigningBench.request(key, bytes));
    var second = bench.signing.sign(TestCaller.ALL, SigningBench.request(key, bytes));
    assertInstanceOf(SigningOutcome.Signed.class, first.join());
    assertInstanceOf(SigningOutcome.Signed.class, second.join());
    admits(key, timestamp(2, "two"));
  }

  private void assertNotReleased(KeyRecord key, byte[] bytes) {
    var failure = assertThrows(CompletionException.class, () -> bench.sign(key, bytes));
    TokenException cause = assertInstanceOf(TokenException.class, failure.getCause());
    assertEquals("NONCE_REPEATED", cause.ckr());
  }
}
