package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Finding a token, proving the PIN, and making tokens. */
@SoftHsmToken
class SoftHsmLoginTest {
  private static final PinSource WRONG = () -> Pin.of("not-the-pin".toCharArray());

  private final SoftHsm softHsm;

  SoftHsmLoginTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
  }

  private Pkcs11Config config(String label, Optional<String> serial) {
    return new Pkcs11Config(softHsm.modulePath(), label, serial, 1, Duration.ofSeconds(30));
  }

  private TokenException openingFails(Pkcs11Config config, PinSource pin) {
    return assertThrows(TokenException.class, () -> Pkcs11Token.open(config, pin));
  }

  @Test
  void aWrongPinIsSaidToBeWrongAndTriedOnce() {
    AtomicInteger asked = new AtomicInteger();
    PinSource counting =
        () -> {
          asked.incrementAndGet();
          return WRONG.read();
        };
    assertEquals("CKR_PIN_INCORRECT", openingFails(softHsm.config(), counting).ckr());
    assertEquals(1, asked.get());
    var supervised =
        assertThrows(TokenException.class, () -> TokenSupervisor.open(softHsm.config(), counting));
    assertEquals("CKR_PIN_INCORRECT", supervised.ckr());
    assertEquals(2, asked.get());
    softHsm.open().close();
  }

  @Test
  void aWrongPinIsNoticedAlsoWhileThisProcessIsLoggedIn() {
    try (Pkcs11Token open = softHsm.open()) {
      assertEquals("CKR_PIN_INCORRECT", openingFails(softHsm.config(), WRONG).ckr());
      open.probe(Duration.ofSeconds(10));
    }
  }

  @Test
  void aLoginOfUnknownOriginIsNotTakenForAProofOfThePin() {
    Cryptoki cryptoki = Cryptoki.load(softHsm.modulePath());
    long slot = Slots.find(cryptoki, softHsm.label(), Optional.of(softHsm.serial())).slot();
    long session = cryptoki.openSession(slot);
    try (Pin pin = softHsm.userPin()) {
      cryptoki.login(session, Cryptoki.USER, pin);
      var refused = openingFails(softHsm.config(), PinSource.file(softHsm.userPinFile()));
      assertEquals("CKR_USER_ALREADY_LOGGED_IN", refused.ckr());
      cryptoki.logout(session);
    } finally {
      cryptoki.closeSession(session);
    }
    softHsm.open().close();
  }

  @Test
  void noExceptionOrDescriptionShowsThePin() {
    try (Pin pin = Pin.of("12345678".toCharArray())) {
      assertEquals("Pin[hidden]", pin.toString());
    }
    var failure = openingFails(softHsm.config(), WRONG);
    assertFalse(String.valueOf(failure.getMessage()).contains("not-the-pin"));
  }

  @Test
  void bothLabelAndSerialMustMatch() {
    PinSource pin = PinSource.file(softHsm.userPinFile());
    var wrongSerial = openingFails(config(softHsm.label(), Optional.of("0000000000000000")), pin);
    assertEquals("TOKEN_NOT_FOUND", wrongSerial.ckr());
    assertTrue(String.valueOf(wrongSerial.getMessage()).contains(softHsm.serial()));
    var wrongLabel = openingFails(config("nowhere", Optional.of(softHsm.serial())), pin);
    assertEquals("TOKEN_NOT_FOUND", wrongLabel.ckr());
    Pkcs11Token.open(config(softHsm.label(), Optional.empty()), pin).close();
  }

  @Test
  void twoTokensOfOneLabelAreToldApartBySerialOnly() {
    Cryptoki cryptoki = Cryptoki.load(softHsm.modulePath());
    try (Pin pin = Pin.of("87654321".toCharArray())) {
      TokenIdentity first = TokenInitializer.init(softHsm.modulePath(), "twin", pin, pin);
      var taken =
          assertThrows(
              TokenException.class,
              () -> TokenInitializer.init(softHsm.modulePath(), "twin", pin, pin));
      assertEquals("LABEL_IN_USE", taken.ckr());
      long free =
          Slots.tokens(cryptoki, unreadable -> {}).stream()
              .filter(token -> !token.initialized())
              .findFirst()
              .orElseThrow()
              .slot();
      cryptoki.initToken(free, pin, "twin");
      var refused = openingFails(config("twin", Optional.empty()), pin::copy);
      assertEquals("TOKEN_AMBIGUOUS", refused.ckr());
      assertTrue(String.valueOf(refused.getMessage()).contains(first.serial()));
      Pkcs11Token.open(config("twin", Optional.of(first.serial())), pin::copy).close();
    }
  }

  @Test
  void anInitialisedTokenHasTheLabelAndThePinsGiven() {
    try (Pin so = Pin.of("security-officer".toCharArray());
        Pin user = Pin.of("käse-und-brot".toCharArray())) {
      TokenIdentity made = TokenInitializer.init(softHsm.modulePath(), "fresh one", so, user);
      assertEquals("fresh one", made.label());
      assertNotEquals(softHsm.serial(), made.serial());
      try (Pkcs11Token token =
          Pkcs11Token.open(config("fresh one", Optional.of(made.serial())), user::copy)) {
        assertEquals(made, token.identity());
        assertEquals(List.of(), token.keys());
      }
      var wrong = openingFails(config("fresh one", Optional.of(made.serial())), so::copy);
      assertEquals("CKR_PIN_INCORRECT", wrong.ckr());
    }
  }

  @Test
  void theUsersPinCanBeChangedByWhoKnowsIt() {
    try (Pin first = Pin.of("first-pin".toCharArray());
        Pin second = Pin.of("second-pin".toCharArray())) {
      Path module = softHsm.modulePath();
      TokenIdentity made = TokenInitializer.init(module, "changing", first, first);
      var unknown =
          assertThrows(
              TokenException.class,
              () -> TokenInitializer.changeUserPin(module, made, second, first));
      assertEquals("CKR_PIN_INCORRECT", unknown.ckr());
      TokenInitializer.changeUserPin(module, made, first, second);
      Pkcs11Config config = config("changing", Optional.of(made.serial()));
      assertEquals("CKR_PIN_INCORRECT", openingFails(config, first::copy).ckr());
      Pkcs11Token.open(config, second::copy).close();
    }
  }

  @Test
  void theModuleAndItsTokensCanBeInspectedWithoutALogin() {
    Pkcs11Module module = Pkcs11Module.load(softHsm.modulePath());
    assertTrue(module.library().manufacturer().contains("SoftHSM"));
    assertEquals("2.40", module.library().cryptokiVersion());
    TokenInfo mine =
        module.tokens().stream()
            .filter(token -> token.identity().equals(softHsm.identity()))
            .findFirst()
            .orElseThrow();
    assertTrue(mine.initialized());
    assertTrue(mine.flagNames().contains("CKF_USER_PIN_INITIALIZED"), mine.toString());
    assertFalse(mine.flagNames().contains("CKF_USER_PIN_LOCKED"), mine.toString());
    List<String> mechanisms = module.mechanisms(mine).stream().map(MechanismInfo::name).toList();
    assertTrue(mechanisms.containsAll(List.of("CKM_ECDSA", "CKM_EDDSA", "CKM_RSA_PKCS_PSS")));
  }

  @Test
  void aFileThatIsNoModuleIsSaidToBeNone() {
    var missing = assertThrows(TokenException.class, () -> Pkcs11Module.load(Path.of("/nope.so")));
    assertEquals("MODULE_NOT_LOADED", missing.ckr());
    var other = assertThrows(TokenException.class, () -> Pkcs11Module.load(softHsm.configFile()));
    assertEquals("MODULE_NOT_LOADED", other.ckr());
  }
}
