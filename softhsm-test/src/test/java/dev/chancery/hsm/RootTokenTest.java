package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.RefusedException;
import dev.chancery.ceremony.shares.NewShares;
import dev.chancery.ceremony.shares.Purpose;
import dev.chancery.ceremony.shares.SecretPin;
import dev.chancery.ceremony.shares.Share;
import dev.chancery.ceremony.shares.ShareCollection;
import dev.chancery.ceremony.shares.ShareSet;
import dev.chancery.ceremony.shares.SlowHash;
import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The root token on SoftHSM, opened with a divided PIN. */
@SoftHsmToken
class RootTokenTest {
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final SlowHash QUICK = new SlowHash(64, 1);
  private static final byte[] MESSAGE = "a root".getBytes(StandardCharsets.US_ASCII);

  private final SoftHsm online;
  private final SecureRandom random = new SecureRandom();
  private NewShares shares = NewShares.make(Purpose.USER, 2, 3, QUICK, random);
  private final RootToken token;

  RootTokenTest(SoftHsm online) {
    this.online = online;
    this.token = newToken("root-" + Long.toHexString(random.nextLong()));
  }

  @BeforeEach
  void isClosed() {
    assertClosed();
  }

  private RootToken newToken(String label) {
    try (NewShares so = NewShares.make(Purpose.SECURITY_OFFICER, 2, 3, QUICK, random);
        Pin soPin = pin(so.pin());
        Pin userPin = pin(shares.pin())) {
      return RootToken.initialise(online.modulePath(), label, soPin, userPin);
    }
  }

  private static Pin pin(SecretPin secret) {
    char[] characters = secret.characters();
    try {
      return Pin.of(characters);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private Pin brought(ShareSet set, List<Share> brought) {
    try (ShareCollection collection = new ShareCollection(set)) {
      brought.forEach(share -> collection.add(Share.read(share.text())));
      try (SecretPin combined = collection.combine()) {
        return pin(combined);
      }
    }
  }

  private RootSession open() {
    return open(IDLE);
  }

  private RootSession open(Duration idle) {
    try (Pin pin = brought(shares.set(), shares.shares().subList(1, 3))) {
      return token.open(pin, idle, DEADLINE);
    }
  }

  private static TokenException fails(String ckr, Executable attempt) {
    TokenException thrown = assertThrows(TokenException.class, attempt);
    assertEquals(ckr, thrown.ckr());
    return thrown;
  }

  /** Nobody of this process is logged in to the token: a session sees no private key. */
  private void assertClosed() {
    Cryptoki cryptoki = Cryptoki.load(online.modulePath());
    long session = cryptoki.openSession(token.status().slot());
    try {
      assertFalse(cryptoki.userLoggedIn(session));
    } finally {
      cryptoki.closeSession(session);
    }
  }

  private boolean triesWereCounted() {
    return token.status().flagNames().contains("CKF_USER_PIN_COUNT_LOW");
  }

  @Test
  void aDividedPinOpensTheTokenForOneSession() {
    TokenKey key;
    byte[] signature;
    try (RootSession session = open()) {
      assertEquals(token.identity(), session.identity());
      key = session.generate(KeySpec.EC_P256, "root-a");
      assertTrue(key.isMadeInToken());
      assertEquals(true, key.attributes().values().get("CKA_NEVER_EXTRACTABLE"));
      signature = session.sign("root-a", MESSAGE, key.subjectPublicKeyInfo());
      assertTrue(Signatures.verifies(key, MESSAGE, signature));
      assertEquals(List.of("root-a"), session.keys().stream().map(TokenKey::id).toList());
      assertTrue(session.isOpen());
    }
    assertClosed();
    try (RootSession again = open()) {
      assertArrayEquals(key.subjectPublicKeyInfo(), again.keys().getFirst().subjectPublicKeyInfo());
    }
  }

  @Test
  void everyKindOfKeySigns() {
    try (RootSession session = open()) {
      for (KeySpec spec : List.of(KeySpec.EC_P256, KeySpec.ED25519, KeySpec.RSA_2048)) {
        TokenKey key = session.generate(spec, "kind-" + spec);
        byte[] signature = session.sign(key.id(), MESSAGE, key.subjectPublicKeyInfo());
        assertTrue(Signatures.verifies(key, MESSAGE, signature));
      }
    }
  }

  @Test
  void oneRootTokenIsOpenAtATime() {
    RootSession first = open();
    fails("ROOT_TOKEN_OPEN", this::open);
    first.keys();
    first.close();
    assertFalse(first.isOpen());
    fails("ROOT_TOKEN_CLOSED", first::keys);
    open().close();
  }

  @Test
  void aKeyThatIsNotTheOneInTheRootSignsNothing() {
    byte[] other;
    try (RootSession session = open()) {
      other = session.generate(KeySpec.EC_P256, "other").subjectPublicKeyInfo();
      session.generate(KeySpec.EC_P256, "mine");
      fails("KEY_MISMATCH", () -> session.sign("mine", MESSAGE, other));
      assertFalse(session.isOpen(), "a failure closes the token");
    }
    assertClosed();
    try (RootSession session = open()) {
      fails("KEY_NOT_FOUND", () -> session.sign("nobody", MESSAGE, other));
    }
    try (RootSession session = open()) {
      session.sign("other", MESSAGE, other);
    }
  }

  @Test
  void aKeyThatCouldLeaveTheTokenSignsNothing() {
    Cryptoki cryptoki = Cryptoki.load(online.modulePath());
    try (RootSession session = open()) {
      TokenKey good = session.generate(KeySpec.EC_P256, "good");
      long own = cryptoki.openSession(token.status().slot());
      cryptoki.generateKeyPair(
          own,
          new Mechanism(Ckm.EC_KEY_PAIR_GEN),
          SpecMechanisms.publicTemplate(KeySpec.EC_P256),
          new Template()
              .with(Cka.CKA_TOKEN, true)
              .with(Cka.CKA_PRIVATE, true)
              .with(Cka.CKA_SENSITIVE, true)
              .with(Cka.CKA_EXTRACTABLE, true)
              .with(Cka.CKA_SIGN, true)
              .with(Cka.CKA_ID, "leaves"));
      session.sign("good", MESSAGE, good.subjectPublicKeyInfo());
      fails("KEY_ATTRIBUTES", () -> session.sign("leaves", MESSAGE, good.subjectPublicKeyInfo()));
    }
  }

  @Test
  void mistakesWithSharesCostNoTryAtTheToken() {
    NewShares foreign = NewShares.make(Purpose.USER, 2, 3, QUICK, random);
    try (ShareCollection collection = new ShareCollection(shares.set())) {
      assertThrows(RefusedException.class, collection::combine);
      collection.add(Share.read(shares.shares().get(0).text()));
      assertThrows(
          RefusedException.class, () -> collection.add(Share.read(foreign.shares().get(1).text())));
      assertThrows(RefusedException.class, collection::combine);
    }
    assertFalse(triesWereCounted());
    open().close();
    // What all this avoids:
    try (Pin wrong = pin(foreign.pin())) {
      fails("CKR_PIN_INCORRECT", () -> token.open(wrong, IDLE, DEADLINE));
    }
    assertTrue(triesWereCounted());
    assertClosed();
    open().close();
    assertFalse(triesWereCounted());
  }

  @Test
  void aNewDivisionMakesTheOldSharesVoid() {
    NewShares old = shares;
    NewShares renewed = NewShares.make(Purpose.USER, 3, 5, QUICK, random);
    TokenKey key;
    try (Pin from = brought(old.set(), old.shares().subList(0, 2));
        Pin to = brought(renewed.set(), renewed.shares().subList(0, 3));
        RootSession session = open()) {
      key = session.generate(KeySpec.EC_P256, "stays");
      session.reseal(from, to);
      session.sign("stays", MESSAGE, key.subjectPublicKeyInfo());
    }
    fails("CKR_PIN_INCORRECT", this::open);
    shares = renewed;
    try (Pin pin = brought(renewed.set(), renewed.shares().subList(2, 5));
        RootSession session = token.open(pin, IDLE, DEADLINE)) {
      session.sign("stays", MESSAGE, key.subjectPublicKeyInfo());
    }
  }

  @Test
  void aDestroyedKeyLeavesNoObject() {
    try (RootSession session = open()) {
      session.generate(KeySpec.EC_P256, "kept");
      session.generate(KeySpec.EC_P256, "doomed");
      assertEquals(2, session.destroy("doomed"), "private key and certificate");
      assertEquals(List.of("kept"), session.keys().stream().map(TokenKey::id).toList());
      fails("KEY_NOT_FOUND", () -> session.destroy("doomed"));
    }
  }

  @Test
  void anUnusedSessionCloses() throws InterruptedException {
    RootSession session = open(Duration.ofMillis(400));
    for (int i = 0; i < 4; i++) {
      Thread.sleep(200);
      session.keys(); // use keeps it open
    }
    Thread.sleep(1500);
    assertFalse(session.isOpen());
    assertClosed();
    fails("ROOT_TOKEN_CLOSED", session::keys);
    open().close();
  }

  @Test
  void aTokenPulledOutWhileOpenIsClosedAndOpensAgainWhenItIsBack() throws IOException {
    Path directory = directoryOf(token);
    Path elsewhere = directory.resolveSibling("pulled");
    RootSession session = open();
    TokenKey key = session.generate(KeySpec.EC_P256, "pulled");
    Files.move(directory, elsewhere);
    TokenException thrown;
    try {
      thrown =
          assertThrows(
              TokenException.class,
              () -> session.sign("pulled", MESSAGE, key.subjectPublicKeyInfo()));
      assertFalse(session.isOpen());
    } finally {
      Files.move(elsewhere, directory);
    }
    assertFalse(TokenAdvice.of(thrown.ckr()).next().isEmpty());
    fails("ROOT_TOKEN_CLOSED", session::keys);
  }

  /** The one directory of SoftHSM's that has this token's label in it. */
  private Path directoryOf(RootToken wanted) throws IOException {
    try (var directories = Files.list(online.tokenDirectory().getParent())) {
      return directories
          .filter(each -> contains(each.resolve("token.object"), wanted.identity().label()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean contains(Path file, String label) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(label);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theOnlineTokenIsNoRootToken() {
    fails(
        "TOKEN_IS_ONLINE",
        () ->
            RootToken.find(
                online.modulePath(), online.label(), online.serial(), List.of(online.identity())));
    RootToken.find(
        online.modulePath(),
        token.identity().label(),
        token.identity().serial(),
        List.of(online.identity()));
  }

  @Test
  void twoTokensOfOneLabelAreNoRootTokenEvenWithASerialNumber() {
    String label = "twin-root";
    RootToken first = newToken(label);
    fails("LABEL_IN_USE", () -> newToken(label));
    Cryptoki cryptoki = Cryptoki.load(online.modulePath());
    long free =
        Slots.tokens(cryptoki, unreadable -> {}).stream()
            .filter(each -> !each.initialized())
            .findFirst()
            .orElseThrow()
            .slot();
    String serial = first.identity().serial();
    RootToken.find(online.modulePath(), label, serial, List.of());
    fails(
        "TOKEN_NOT_FOUND",
        () -> RootToken.find(online.modulePath(), label, "0000000000000000", List.of()));
    try (Pin pin = Pin.of("12345678".toCharArray())) {
      cryptoki.initToken(free, pin, label);
    }
    fails("TOKEN_AMBIGUOUS", () -> RootToken.find(online.modulePath(), label, serial, List.of()));
  }

  @Test
  void everyCodeHasASentenceAndANextStep() {
    for (String code :
        List.of(
            "CKR_PIN_INCORRECT",
            "CKR_PIN_LOCKED",
            "CKR_USER_NOT_LOGGED_IN",
            "CKR_DEVICE_REMOVED",
            "CKR_KEY_HANDLE_INVALID")) {
      assertFalse(TokenAdvice.of(code).meaning().contains(code), code);
    }
    assertTrue(TokenAdvice.of("CKR_FUNCTION_FAILED").meaning().contains("CKR_FUNCTION_FAILED"));
  }

  @Test
  void anEndingProcessLogsOut() throws IOException, InterruptedException {
    Path log = Files.createTempFile("spy", ".log");
    Path spy = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11-spy.so");
    assertTrue(Files.isReadable(spy), "pkcs11-spy is missing: apt-get install opensc-pkcs11");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            OpenRootToken.class.getName(),
            spy.toString(),
            token.identity().label(),
            token.identity().serial());
    builder.environment().putAll(online.environment());
    builder
        .environment()
        .putAll(
            Map.of(
                "PKCS11SPY", online.modulePath().toString(), "PKCS11SPY_OUTPUT", log.toString()));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = process.inputReader();
        var out = process.outputWriter()) {
      out.write(shares.pin().characters());
      out.write('\n');
      out.flush();
      assertEquals("open", in.readLine());
      String before = Files.readString(log, StandardCharsets.ISO_8859_1);
      assertTrue(before.contains("C_Login"), before);
      assertFalse(before.contains("C_Logout"), before);
      process.destroy(); // SIGTERM
      process.waitFor();
      String after = Files.readString(log, StandardCharsets.ISO_8859_1);
      assertTrue(after.contains("C_Logout"), after);
      assertTrue(after.contains("C_CloseAllSessions"), after);
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }
}
