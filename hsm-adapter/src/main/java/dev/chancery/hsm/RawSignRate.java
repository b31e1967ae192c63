package dev.chancery.hsm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many signatures a token gives when it is asked for nothing else: the measure that the speed
 * of a service on it is held against. It signs a fixed text with a key of its own, made for this;
 * nothing else can be signed with it.
 */
public final class RawSignRate implements AutoCloseable {
  private static final byte[] MESSAGE = new byte[280];

  private final Pkcs11Token token;
  private final TokenKey key;

  private RawSignRate(Pkcs11Token token, TokenKey key) {
    this.token = token;
    this.key = key;
  }

  /**
   * Makes a P-256 key in the token, which stays there.
   *
   * @param id CKA_ID of the key, not yet used in this token
   * @throws TokenException as {@link Pkcs11Token#open} and {@link Pkcs11Token#generate} do
   */
  public static RawSignRate open(Pkcs11Token token, String id) {
    return new RawSignRate(token, token.generate(KeySpec.EC_P256, id));
  }

  /**
   * Signs in {@code threads} threads for {@code time}, without any queue between.
   *
   * @return signatures a second
   */
  public double measure(int threads, Duration time) {
    LongAdder made = new LongAdder();
    CountDownLatch done = new CountDownLatch(threads);
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform().daemon().name("raw-sign-" + i).start(() -> run(end, made, done));
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenException("INTERRUPTED", "measuring was interrupted", e);
    }
    return made.sum() * 1e9 / (System.nanoTime() - start);
  }

  private void run(long end, LongAdder made, CountDownLatch done) {
    try {
      while (System.nanoTime() < end) {
        var _ = token.signNow(key, MESSAGE);
        made.increment();
      }
    } finally {
      done.countDown();
    }
  }

  @Override
  public void close() {
    token.close();
  }
}
