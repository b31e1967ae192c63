package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A supervised token to get into trouble, and what tells when it is out of it. */
@SoftHsmToken
abstract class TroubledToken {
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  final SoftHsm softHsm;
  final TokenSupervisor token;

  TroubledToken(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.token = TokenSupervisor.open(softHsm.config(), PinSource.file(softHsm.userPinFile()));
  }

  @AfterEach
  void close() {
    token.close();
  }

  static void await(String what, BooleanSupplier condition) {
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
  boolean signs(TokenKey key) {
    try {
      byte[] signature = token.sign(key, MESSAGE).join();
      assertTrue(Signatures.verifies(key, MESSAGE, signature));
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }
}
