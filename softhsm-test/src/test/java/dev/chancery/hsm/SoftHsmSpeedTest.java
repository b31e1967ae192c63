package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the port costs beside bare C_Sign, and how it bears many keys. */
@Tag("nightly")
@SoftHsmToken
class SoftHsmSpeedTest {
  private static final Logger log = LoggerFactory.getLogger(SoftHsmSpeedTest.class);
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);
  private static final int THREADS = 2;
  private static final int SIGNATURES = 20_000;
  private static final int KEYS = Integer.getInteger("keys", 1000);

  private final SoftHsm softHsm;
  private final Cryptoki cryptoki;
  private final long slot;

  SoftHsmSpeedTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.cryptoki = Cryptoki.load(softHsm.modulePath());
    this.slot = Slots.find(cryptoki, softHsm.label(), Optional.of(softHsm.serial())).slot();
  }

  @Test
  void signingThroughThePortCostsLittleMoreThanCSign() throws Exception {
    TokenKey key;
    try (Pkcs11Token token = softHsm.open()) {
      key = token.generate(KeySpec.EC_P256, "speed");
    }
    try (Pkcs11Token token = softHsm.open()) {
      double best = 0;
      for (int round = 0; round < 4; round++) {
        double port = perSecond(() -> signThroughPort(token, key));
        double bare = perSecond(this::signBare);
        log.info("signatures per second: port {}, C_Sign {}", Math.round(port), Math.round(bare));
        best = Math.max(best, port / bare);
      }
      assertTrue(best > 0.7, "the port reaches only " + best + " of C_Sign");
    }
  }

  private static double perSecond(Callable<Integer> work) throws Exception {
    long start = System.nanoTime();
    int done = work.call();
    return done * 1e9 / (System.nanoTime() - start);
  }

  private static int signThroughPort(SigningToken token, TokenKey key) throws Exception {
    Semaphore underWay = new Semaphore(64);
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < SIGNATURES; i++) {
      underWay.acquire();
      CompletableFuture<byte[]> answer = token.sign(key, MESSAGE);
      answers.add(answer.whenComplete((signature, e) -> underWay.release()));
    }
    answers.forEach(CompletableFuture::join);
    return SIGNATURES;
  }

  private int signBare() throws Exception {
    byte[] digest = SpecMechanisms.sha256(MESSAGE);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> parts = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        parts.add(threads.submit(() -> signBare(digest, SIGNATURES / THREADS)));
      }
      int done = 0;
      for (Future<Integer> part : parts) {
        done += part.get();
      }
      return done;
    }
  }

  private int signBare(byte[] digest, int times) {
    long session = cryptoki.openSession(slot);
    long key = cryptoki.find(session, privateKey("speed"))[0];
    for (int i = 0; i < times; i++) {
      cryptoki.sign(session, new Mechanism(Ckm.ECDSA), key, digest, () -> {});
    }
    cryptoki.closeSession(session);
    return times;
  }

  private static Template privateKey(String id) {
    return new Template().with(Cka.CKA_CLASS, Cka.CKO_PRIVATE_KEY).with(Cka.CKA_ID, id);
  }

  @Test
  void manyKeysAreReadInOnePass() {
    try (Pkcs11Token token = softHsm.open()) {
      long session = cryptoki.openSession(slot);
      KeyMaker maker = new KeyMaker(cryptoki, slot, new KeyReader(cryptoki), () -> {});
      for (int i = 0; i < KEYS; i++) {
        maker.make(session, KeySpec.EC_P256, "many-" + i);
      }
      cryptoki.closeSession(session);
      long start = System.nanoTime();
      long found = token.keys().stream().filter(key -> key.id().startsWith("many-")).count();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      log.info("{} keys read in {} ms", found, took.toMillis());
      assertEquals(KEYS, found);
      assertTrue(took.toMillis() < 2000 + KEYS, "reading took " + took);
    }
    long start = System.nanoTime();
    softHsm.open().close();
    log.info("opened and closed in {} ms", (System.nanoTime() - start) / 1_000_000);
  }
}
