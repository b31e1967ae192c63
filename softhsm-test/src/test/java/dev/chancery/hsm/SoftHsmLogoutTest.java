package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The supervisor when something else in the process logs out. */
@SoftHsmToken
class SoftHsmLogoutTest {
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final SoftHsm softHsm;
  private final TokenSupervisor token;

  SoftHsmLogoutTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.token = TokenSupervisor.open(softHsm.config(), PinSource.file(softHsm.userPinFile()));
  }

  @AfterEach
  void close() {
    token.close();
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "still waiting: " + what);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Whether one attempt to sign succeeds; a wrong signature fails the test. */
  private boolean signs(TokenKey key) {
    try {
      byte[] signature = token.sign(key, MESSAGE).join();
      assertTrue(Signatures.verifies(key, MESSAGE, signature));
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  @Test
  void aLogoutBySomebodyElseCostsSomeSignaturesAndThenHeals() {
    TokenKey key = token.generate(KeySpec.EC_P256, "logged-out");
    assertTrue(signs(key));
    Cryptoki cryptoki = Cryptoki.load(softHsm.modulePath());
    long slot = Slots.find(cryptoki, softHsm.label(), Optional.of(softHsm.serial())).slot();
    long session = cryptoki.openSession(slot);
    cryptoki.logout(session);
    cryptoki.closeSession(session);

    assertFalse(signs(key), "the login is gone");
    await("signing again", () -> signs(key));
    assertEquals(key.id(), token.find(key.id()).orElseThrow().id());
  }
}
