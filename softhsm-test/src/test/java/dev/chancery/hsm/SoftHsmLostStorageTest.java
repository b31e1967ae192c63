package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The supervisor when the module's own state is beyond repair: SoftHSM never finds it again. */
class SoftHsmLostStorageTest extends TroubledToken {
  SoftHsmLostStorageTest(SoftHsm softHsm) {
    super(softHsm);
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
