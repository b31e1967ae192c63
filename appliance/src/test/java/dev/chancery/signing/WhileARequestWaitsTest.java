package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.SigningOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens between the first look at a request and its answer. */
@Timeout(60)
class WhileARequestWaitsTest extends PathTest {
  private final CountDownLatch letGo = new CountDownLatch(1);

  /** Whatever the ledger is asked from now on waits until it is let go. */
  private void holdTheLedger() {
    await(heldFromNow());
  }

  private CountDownLatch heldFromNow() {
    CountDownLatch held = new CountDownLatch(1);
    var _ =
        bench.ledger.changeRepository(
            SigningBench.APP,
            settings -> {
              held.countDown();
              await(letGo);
              return settings;
            },
            "CN=test",
            "held",
            START);
    return held;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody came");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private CompletableFuture<SigningOutcome> asked(KeyRecord key, byte[] signed) {
    return bench.signing.sign(TestCaller.ALL, SigningBench.request(key, signed));
  }

  @Test
  void aKeyThatIsFrozenAfterItsAdmissionIsNotUsed() {
    KeyRecord key = timestampKey();
    holdTheLedger();
    var asked = asked(key, timestamp(1, "one"));
    bench.registry.update(key.withStatus(KeyStatus.FROZEN));
    letGo.countDown();
    assertEquals(Refusal.KEY_FROZEN, SigningBench.refusal(asked.join()));
    assertEquals(0, token.signCalls());
    assertEquals("KEY_FROZEN", newestRow().text("failure"));
  }

  @Test
  void aLedgerFoundRolledBackAfterAnAdmissionIsNotSignedWith() {
    KeyRecord key = timestampKey();
    holdTheLedger();
    var asked = asked(key, timestamp(1, "one"));
    bench.binding.refuse(
        new RefusedException(Refusal.LEDGER_ROLLED_BACK, "a copy", "the ledger", "stop it"));
    letGo.countDown();
    assertEquals(Refusal.LEDGER_ROLLED_BACK, SigningBench.refusal(asked.join()));
    assertEquals(0, token.signCalls());
    assertEquals("LEDGER_ROLLED_BACK", newestRow().text("failure"));
  }

  // Its timestamp may come next, to another node.
  @Test
  void aSnapshotsSignatureIsGivenOutWhenItsRowIsDurable() {
    var asked = askedWithTheLedgerHeldAfterTheToken(snapshotKey(), snapshot(1, "one"));
    assertThrows(TimeoutException.class, () -> asked.get(500, TimeUnit.MILLISECONDS));
    letGo.countDown();
    SigningBench.signed(asked.join());
  }

  @Test
  void aTimestampsSignatureIsGivenOutBeforeItsRowIsDurable() {
    var asked = askedWithTheLedgerHeldAfterTheToken(timestampKey(), timestamp(1, "one"));
    SigningBench.signed(asked.join());
    letGo.countDown();
  }

  private CompletableFuture<SigningOutcome> askedWithTheLedgerHeldAfterTheToken(
      KeyRecord key, byte[] signed) {
    CountDownLatch signing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    token.tamper(
        signature -> {
          signing.countDown();
          await(goOn);
          return signature;
        });
    // Whose thread the token holds up, this caller's or the ledger's, is chance.
    var asked = CompletableFuture.supplyAsync(() -> bench.sign(key, signed));
    await(signing);
    CountDownLatch held = heldFromNow();
    goOn.countDown();
    await(held);
    return asked;
  }
}
