package dev.chancery.door;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fails what has not been answered in time, a little late: a thread looks through all of it several
 * times a second. A timer for each request, as {@link CompletableFuture#orTimeout} sets, wakes a
 * thread for each request.
 */
public final class Deadlines implements AutoCloseable {
  private static final int LOOKS = 8;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private record Watched(CompletableFuture<?> answer, long due) {}

  private final Duration time;
  private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService looking;

  /**
   * @param door names the thread
   * @param time from {@link #watch} to the failure
   */
  public Deadlines(String door, Duration time) {
    this.time = time;
    this.looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(door + "-deadlines").factory());
    long pause = Math.clamp(time.toMillis() / LOOKS, 1, LONGEST_PAUSE_MILLIS);
    var _ = looking.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Makes {@code answer} fail with {@link TimeoutException} if it is not there in time. */
  public void watch(CompletableFuture<?> answer) {
    watched.add(new Watched(answer, System.nanoTime() + time.toNanos()));
  }

  private void look() {
    long now = System.nanoTime();
    watched.removeIf(
        each -> {
          boolean late = each.due() - now <= 0;
          if (late) {
            each.answer().completeExceptionally(new TimeoutException("no answer within " + time));
          }
          return late || each.answer().isDone();
        });
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
