package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The supervisor when the module's own state is beyond repair: SoftHSM never finds it again. */
@SoftHsmToken
class SoftHsmLostStorageTest {
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final SoftHsm softHsm;
  private final TokenSupervisor token;

  SoftHsmLostStorageTest(SoftHsm softHsm) {
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
  void aTokenWhoseStorageIsGoneIsUnavailableUntilItIsBack() throws IOException {
    TokenKey key = token.generate(KeySpec.EC_P256, "storage-gone");
    assertTrue(signs(key));
    Path elsewhere = softHsm.tokenDirectory().resolveSibling("moved-away");
    Files.move(softHsm.tokenDirectory(), elsewhere);
    try {
      await("the loss is noticed", () -> !signs(key) && !token.available());
      long calls = token.signCalls();
      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertFalse(signs(key));
      }
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos(), "it fails at once");
      assertEquals(calls, token.signCalls(), "and asks the token for nothing");
      var thrown = assertThrows(TokenException.class, token::keys);
      assertEquals("TOKEN_RECOVERING", thrown.ckr());
    } finally {
      Files.move(elsewhere, softHsm.tokenDirectory());
    }
    await("signing again", () -> signs(key));
    assertTrue(token.available());
  }
}
