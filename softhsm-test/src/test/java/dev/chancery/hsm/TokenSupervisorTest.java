package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.InMemoryToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the supervisor opens a token anew, through which module, and when it does not. */
class TokenSupervisorTest {
  private static final TokenIdentity IDENTITY = new TokenIdentity("memory", "0001");
  private static final Path MODULE = Path.of("/modules/original.so");
  private static final Path COPY = Path.of("/modules/copy.so");
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final InMemoryToken storage = new InMemoryToken(IDENTITY, 1, Duration.ofMillis(200));
  private final List<Path> openedThrough = new CopyOnWriteArrayList<>();
  private final List<InMemoryToken> opened = new CopyOnWriteArrayList<>();
  private final AtomicInteger copies = new AtomicInteger();
  private volatile Optional<String> openingFails = Optional.empty();
  private final TokenSupervisor supervisor =
      new TokenSupervisor(
          IDENTITY, new TokenRecovery(MODULE, this::copy, this::open), new LongAdder());

  @AfterEach
  void close() {
    supervisor.close();
  }

  private Optional<Path> copy() {
    copies.incrementAndGet();
    return Optional.of(COPY);
  }

  private SigningToken open(Path module) {
    openedThrough.add(module);
    openingFails.ifPresent(
        ckr -> {
          throw new TokenException(ckr, "as this test demands");
        });
    InMemoryToken token = storage.reopen(2);
    opened.add(token);
    return token;
  }

  private TokenKey started() {
    supervisor.start();
    return supervisor.generate(KeySpec.EC_P256, "key");
  }

  private String failureOf(TokenKey key) {
    var thrown =
        assertThrows(CompletionException.class, () -> supervisor.sign(key, MESSAGE).join());
    return assertInstanceOf(TokenException.class, thrown.getCause()).ckr();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "still waiting: " + what);
      Thread.sleep(5);
    }
  }

  private void assertSigns(TokenKey key) {
    assertTrue(Signatures.verifies(key, MESSAGE, supervisor.sign(key, MESSAGE).join()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CKR_SESSION_HANDLE_INVALID",
        "CKR_OBJECT_HANDLE_INVALID",
        "CKR_USER_NOT_LOGGED_IN",
        "CKR_OPERATION_ACTIVE",
        "CKR_DEVICE_ERROR"
      })
  void aBrokenTokenIsOpenedAnewThroughTheSameModuleAndTheSignatureIsNotTriedAgain(String ckr)
      throws InterruptedException {
    TokenKey key = started();
    opened.getFirst().fail(Optional.of(ckr));
    assertEquals(ckr, failureOf(key));
    assertEquals(1, opened.getFirst().signCalls());
    await("a second token", () -> opened.size() == 2 && supervisor.available());
    assertEquals(0, opened.get(1).signCalls());
    assertSigns(key);
    assertEquals(List.of(MODULE, MODULE), openedThrough);
    assertEquals(0, copies.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CKR_DATA_LEN_RANGE", "KEY_NOT_FOUND", "CKR_KEY_TYPE_INCONSISTENT"})
  void anErrorOfOneRequestLeavesTheTokenOpen(String ckr) {
    TokenKey key = started();
    opened.getFirst().fail(Optional.of(ckr));
    assertEquals(ckr, failureOf(key));
    opened.getFirst().fail(Optional.empty());
    assertSigns(key);
    assertEquals(List.of(MODULE), openedThrough);
  }

  @Test
  void whereTheSameModuleDoesNotHelpACopyOfItIsNext() throws InterruptedException {
    TokenKey key = started();
    openingFails = Optional.of("CKR_GENERAL_ERROR");
    opened.getFirst().fail(Optional.of("CKR_DEVICE_ERROR"));
    failureOf(key);
    await("the copy is tried", () -> openedThrough.contains(COPY));
    assertFalse(supervisor.available());
    assertEquals("TOKEN_RECOVERING", failureOf(key));
    openingFails = Optional.empty();
    await("open again", supervisor::available);
    assertEquals(List.of(MODULE, MODULE, COPY), openedThrough.subList(0, 3));
    assertSigns(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CKR_PIN_INCORRECT", "CKR_PIN_LOCKED", "CKR_PIN_EXPIRED"})
  void afterAWordAboutThePinNothingLogsInUntilResumed(String ckr) throws InterruptedException {
    TokenKey key = started();
    openingFails = Optional.of(ckr);
    opened.getFirst().fail(Optional.of("CKR_DEVICE_ERROR"));
    failureOf(key);
    await(
        "the reason is told",
        () -> supervisor.unavailability().map(TokenException::ckr).equals(Optional.of(ckr)));
    assertEquals(2, openedThrough.size());
    Thread.sleep(500); // five times the first pause between attempts
    assertEquals(2, openedThrough.size());
    assertEquals(ckr, failureOf(key));

    openingFails = Optional.empty();
    supervisor.resume();
    await("open again", supervisor::available);
    assertSigns(key);
  }

  @Test
  void aTokenThatIsLateButAnswersTheProbeIsKept() throws InterruptedException {
    TokenKey key = started();
    opened.getFirst().delay(Duration.ofMillis(400));
    assertEquals("TIMEOUT", failureOf(key));
    opened.getFirst().delay(Duration.ZERO);
    Thread.sleep(500);
    assertSigns(key);
    assertEquals(List.of(MODULE), openedThrough);
  }

  @Test
  void aTokenThatIsLateTimeAndAgainIsOpenedThroughACopy() throws InterruptedException {
    TokenKey key = started();
    opened.getFirst().delay(Duration.ofSeconds(2));
    for (int i = 0; i < 9; i++) {
      assertEquals("TIMEOUT", failureOf(key));
    }
    await("a second token", () -> opened.size() == 2 && supervisor.available());
    assertEquals(List.of(MODULE, COPY), openedThrough);
    assertSigns(key);
  }

  @Test
  void aTokenThatIsAwayAtTheStartIsOpenedWhenItComes() throws InterruptedException {
    openingFails = Optional.of("TOKEN_NOT_FOUND");
    supervisor.start();
    assertFalse(supervisor.available());
    assertEquals("TOKEN_RECOVERING", assertThrows(TokenException.class, supervisor::keys).ckr());
    openingFails = Optional.empty();
    await("open", supervisor::available);
    assertEquals(List.of(), supervisor.keys());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CKR_PIN_INCORRECT", "TOKEN_AMBIGUOUS", "MODULE_NOT_LOADED"})
  void whatWaitingDoesNotCureFailsAtTheStart(String ckr) {
    openingFails = Optional.of(ckr);
    assertEquals(ckr, assertThrows(TokenException.class, supervisor::start).ckr());
    assertEquals(1, openedThrough.size());
  }

  @Test
  void closingEndsTheRecovery() throws InterruptedException {
    TokenKey key = started();
    openingFails = Optional.of("CKR_DEVICE_ERROR");
    opened.getFirst().fail(Optional.of("CKR_DEVICE_ERROR"));
    failureOf(key);
    supervisor.close();
    Thread.sleep(300);
    int attempts = openedThrough.size();
    Thread.sleep(700);
    assertEquals(attempts, openedThrough.size());
    assertEquals("CLOSED", failureOf(key));
  }
}
