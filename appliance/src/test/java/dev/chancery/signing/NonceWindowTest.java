package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A nonce used twice is found as long as the first signature is remembered. */
class NonceWindowTest {
  private static final KeyId KEY = new KeyId("11".repeat(32));
  private static final KeyId OTHER = new KeyId("22".repeat(32));
  private static final Sha256 ONE = Sha256.of(new byte[] {1});
  private static final Sha256 TWO = Sha256.of(new byte[] {2});

  private final NonceWindow window = new NonceWindow();

  @Test
  void theSameNonceOverAnotherMessageIsARepeat() {
    assertFalse(window.repeats(KEY, ONE, signature(7)));
    assertTrue(window.repeats(KEY, TWO, signature(7)));
    assertTrue(window.repeats(KEY, TWO, signature(7)), "it stays one");
  }

  @Test
  void anotherNonceOrAnotherKeyOrTheSameMessageIsNone() {
    assertFalse(window.repeats(KEY, ONE, signature(7)));
    assertFalse(window.repeats(KEY, TWO, signature(8)));
    assertFalse(window.repeats(OTHER, TWO, signature(7)));
    assertFalse(window.repeats(KEY, ONE, signature(7)));
  }

  @Test
  void theNewestAreRememberedAndNoMore() {
    for (int i = 0; i < NonceWindow.SIZE; i++) {
      assertFalse(window.repeats(KEY, ONE, signature(i)));
    }
    assertTrue(window.repeats(KEY, TWO, signature(0)), "the oldest is still there");
    assertFalse(window.repeats(KEY, ONE, signature(NonceWindow.SIZE)));
    assertFalse(window.repeats(KEY, TWO, signature(0)), "one more, and it is not");
  }

  private static RawSignature signature(long r) {
    return new RawSignature(ByteBuffer.allocate(64).putLong(r).array());
  }
}
