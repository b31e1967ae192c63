package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token that hangs costs its callers a bounded time and nothing else. */
class TokenThreadsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final Semaphore hang = new Semaphore(0);

  @AfterEach
  void release() {
    hang.release();
  }

  /** As a native call does: it heeds neither cancellation nor interruption. */
  private boolean hang() {
    hang.acquireUninterruptibly();
    hang.release();
    return true;
  }

  private static String failure(CompletableFuture<?> answer) {
    var thrown = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(TokenException.class, thrown.getCause()).ckr();
  }

  @Test
  void anAnswerComesFromASigningThread() {
    TokenThreads threads = new TokenThreads("t", 2, LONG);
    CompletableFuture<String> answer = threads.sign(() -> Thread.currentThread().getName());
    assertTrue(answer.join().startsWith("t-sign-"), answer.join());
    assertTrue(threads.drain(LONG));
  }

  @Test
  void aHungSignatureIsATimeoutAndSoIsTheOneBehindItWhichIsNeverStarted() {
    TokenThreads threads = new TokenThreads("t", 1, SHORT);
    AtomicInteger started = new AtomicInteger();
    CompletableFuture<Boolean> hung = threads.sign(this::hang);
    CompletableFuture<Integer> behind = threads.sign(started::incrementAndGet);
    assertEquals("TIMEOUT", failure(hung));
    assertEquals("TIMEOUT", failure(behind));
    hang.release();
    assertTrue(threads.drain(LONG));
    assertEquals(0, started.get());
  }

  @Test
  void aFullQueueIsSaidAtOnce() {
    TokenThreads threads = new TokenThreads("t", 1, LONG);
    List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 257; i++) { // one at work and 256 in the queue
      waiting.add(threads.sign(this::hang));
    }
    assertEquals("TOKEN_BUSY", failure(threads.sign(() -> true)));
    hang.release();
    waiting.forEach(answer -> assertTrue(answer.join()));
    assertTrue(threads.drain(LONG));
  }

  @Test
  void otherOperationsHaveADeadlineOfTheirOwn() {
    TokenThreads threads = new TokenThreads("t", 1, LONG);
    var thrown = assertThrows(TokenException.class, () -> threads.call("probe", SHORT, this::hang));
    assertEquals("TIMEOUT", thrown.ckr());
    assertTrue(threads.call("probe", LONG, () -> true), "a second one is not held up");
    hang.release();
    assertTrue(threads.drain(LONG));
  }

  @Test
  void whatATaskThrowsReachesTheCallerAsItIs() {
    TokenThreads threads = new TokenThreads("t", 1, LONG);
    TokenException own = new TokenException("CKR_DEVICE_ERROR", "C_Sign failed");
    assertEquals(
        "CKR_DEVICE_ERROR",
        failure(
            threads.sign(
                () -> {
                  throw own;
                })));
    var thrown =
        assertThrows(
            TokenException.class,
            () ->
                threads.call(
                    "find",
                    LONG,
                    () -> {
                      throw own;
                    }));
    assertEquals(own, thrown);
    assertTrue(threads.drain(LONG));
  }

  @Test
  void drainingTellsThatAThreadIsStuckAndTakesNothingMore() {
    TokenThreads threads = new TokenThreads("t", 1, SHORT);
    CompletableFuture<Boolean> hung = threads.sign(this::hang);
    assertFalse(threads.drain(SHORT));
    assertEquals("TIMEOUT", failure(hung));
    assertEquals("CLOSED", failure(threads.sign(() -> true)));
    var thrown = assertThrows(TokenException.class, () -> threads.call("find", LONG, () -> true));
    assertEquals("CLOSED", thrown.ckr());
  }
}
