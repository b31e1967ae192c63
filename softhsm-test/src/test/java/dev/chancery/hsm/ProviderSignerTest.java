package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.security.PrivateKey;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys SunPKCS11 signs with. */
@SoftHsmToken
class ProviderSignerTest {
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final SoftHsm softHsm;
  private final Pkcs11Token login;
  private final long slot;

  ProviderSignerTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.login = softHsm.open();
    this.slot =
        Slots.find(
                Cryptoki.load(softHsm.modulePath()), softHsm.label(), Optional.of(softHsm.serial()))
            .slot();
  }

  @AfterEach
  void logOut() {
    login.close();
  }

  private ProviderSigner open() {
    try (Pin pin = softHsm.userPin()) {
      return ProviderSigner.open(softHsm.modulePath(), slot, pin, 1);
    }
  }

  private static PrivateKey awaitKey(ProviderSigner signer, TokenKey key)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Optional<PrivateKey> ready = signer.key(key);
    while (ready.isEmpty()) {
      assertTrue(System.nanoTime() < end, key + " is not fetched");
      Thread.sleep(5);
      ready = signer.key(key);
    }
    return ready.get();
  }

  @Test
  void ellipticCurveAndRsaKeysThatWereThereAtTheLoad() throws InterruptedException {
    for (KeySpec spec : List.of(KeySpec.EC_P256, KeySpec.RSA_2048, KeySpec.RSA_3072)) {
      TokenKey key = login.generate(spec, "resident-" + spec);
      ProviderSigner signer = open();
      PrivateKey privateKey = awaitKey(signer, key);
      byte[] signature = signer.sign(spec, privateKey, MESSAGE);
      assertTrue(Signatures.verifies(key, MESSAGE, signature));
      signer.close();
    }
  }

  @Test
  void neitherEd25519NorKeysNewerThanTheLoad() throws InterruptedException {
    TokenKey edwards = login.generate(KeySpec.ED25519, "edwards");
    ProviderSigner signer = open();
    TokenKey newer = login.generate(KeySpec.EC_P256, "newer");
    for (int i = 0; i < 20; i++) {
      assertTrue(signer.key(edwards).isEmpty());
      assertTrue(signer.key(newer).isEmpty());
      Thread.sleep(5);
    }
    signer.close();
  }

  @Test
  void aTokenThatLosesItsKeysIsNotTakenForAnEmptyOne() {
    try (Pin pin = Pin.of("123456".getBytes(UTF_8))) {
      TokenIdentity empty = TokenInitializer.init(softHsm.modulePath(), "empty", pin, pin);
      var config =
          new Pkcs11Config(
              softHsm.modulePath(), "empty", Optional.of(empty.serial()), 1, Duration.ofSeconds(9));
      try (Pkcs11Token token = Pkcs11Token.open(config, pin::copy)) {
        long emptySlot =
            Slots.find(Cryptoki.load(softHsm.modulePath()), "empty", Optional.empty()).slot();
        assertEquals(empty, token.identity());
        ProviderSigner.open(softHsm.modulePath(), emptySlot, pin, 0).close();
        var thrown =
            assertThrows(
                TokenException.class,
                () -> ProviderSigner.open(softHsm.modulePath(), emptySlot, pin, 1));
        assertEquals("KEYSTORE_EMPTY", thrown.ckr());
      }
    }
  }

  @Test
  void theJvmsListOfProvidersStaysAsItWas() {
    assertTrue(
        Arrays.stream(Security.getProviders())
            .noneMatch(provider -> provider.getName().contains("chancery")));
  }
}
