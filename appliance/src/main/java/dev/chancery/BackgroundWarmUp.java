package dev.chancery;

import dev.chancery.signing.Readiness;
import dev.chancery.signing.WarmUp;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the {@link WarmUp} beside the appliance, which answers meanwhile but is not ready. */
final class BackgroundWarmUp implements AutoCloseable {
  /** Beyond this the JVM has compiled what it is going to compile soon. */
  private static final int SIGNATURES = 12_000;

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundWarmUp.class);

  private final Thread thread;

  private BackgroundWarmUp(Thread thread) {
    this.thread = thread;
  }

  static BackgroundWarmUp start(WarmUp warmUp, Duration limit, Readiness readiness) {
    return new BackgroundWarmUp(
        Thread.ofPlatform().daemon().name("warm-up").start(() -> run(warmUp, limit, readiness)));
  }

  /** Whatever comes of it: an appliance that is not warm is slow for a while, no more. */
  private static void run(WarmUp warmUp, Duration limit, Readiness readiness) {
    long start = System.nanoTime();
    try {
      int made = warmUp.run(SIGNATURES, limit);
      LOG.info(
          "warmed up with {} signatures in {} ms",
          made,
          Duration.ofNanos(System.nanoTime() - start).toMillis());
    } catch (IOException | RuntimeException e) {
      LOG.warn("not warmed up: {}", e.getMessage());
    } finally {
      readiness.warmedUp();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
