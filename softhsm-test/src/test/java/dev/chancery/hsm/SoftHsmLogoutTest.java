package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The supervisor when something else in the process logs out. */
class SoftHsmLogoutTest extends TroubledToken {
  SoftHsmLogoutTest(SoftHsm softHsm) {
    super(softHsm);
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
