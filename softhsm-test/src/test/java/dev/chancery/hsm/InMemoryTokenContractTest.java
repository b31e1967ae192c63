package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.softhsm.InMemoryToken;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryTokenContractTest extends SigningTokenContract {
  private static final TokenIdentity IDENTITY = new TokenIdentity("memory", "0001");

  private final InMemoryToken first = new InMemoryToken(IDENTITY, 2, Duration.ofSeconds(30));

  @Override
  protected SigningToken login() {
    return first.reopen(2);
  }

  @Override
  protected long signCalls(SigningToken token) {
    return ((InMemoryToken) token).signCalls();
  }

  @Test
  void aSlowTokenIsATimeout() {
    try (InMemoryToken token = new InMemoryToken(IDENTITY, 1, Duration.ofMillis(50))) {
      TokenKey key = token.generate(KeySpec.EC_P256, "slow");
      token.delay(Duration.ofMillis(500));
      assertEquals("TIMEOUT", failure(token.sign(key, "m".getBytes(UTF_8))).ckr());
    }
  }

  @Test
  void aFailingTokenFailsByTheNameAsked() {
    try (InMemoryToken token = new InMemoryToken(IDENTITY, 1, Duration.ofSeconds(30))) {
      TokenKey key = token.generate(KeySpec.EC_P256, "failing");
      token.fail(Optional.of("CKR_DEVICE_ERROR"));
      assertEquals("CKR_DEVICE_ERROR", failure(token.sign(key, "m".getBytes(UTF_8))).ckr());
    }
  }
}
