package dev.chancery.hsm;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads that call into a token. They are platform threads, because a native call holds its
 * carrier and a few would starve all virtual threads. A hung token cannot be interrupted: its
 * thread is lost until the token answers. So every wait has a deadline and every queue a bound, and
 * callers get an error in bounded time.
 */
final class TokenThreads {
  private static final int QUEUED_PER_THREAD = 256;
  private static final int BUSY_PER_THREAD = 2;
  private static final int MAX_MANAGEMENT_THREADS = 4;
  private static final long IDLE_SECONDS = 30;
  private static final int LOOKS_PER_DEADLINE = 8;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final Duration deadline;
  private final ThreadPoolExecutor signing;
  private final ThreadPoolExecutor management;
  private final ScheduledThreadPoolExecutor timer;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  private record Waiting(CompletableFuture<?> answer, long due) {}

  /**
   * @param name how the threads' names begin
   * @param deadline from submission to answer of one signature; what misses it fails up to an
   *     eighth later, because one thread looks through all of it now and then: an alarm for each
   *     signature would wake a thread for each
   */
  TokenThreads(String name, int threads, Duration deadline) {
    this.deadline = deadline;
    signing =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUED_PER_THREAD * threads),
            daemons(name + "-sign-"));
    management =
        new ThreadPoolExecutor(
            0,
            MAX_MANAGEMENT_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons(name + "-manage-"));
    timer = new ScheduledThreadPoolExecutor(1, daemons(name + "-deadline-"));
    long pause = Math.clamp(deadline.toMillis() / LOOKS_PER_DEADLINE, 1, LONGEST_PAUSE_MILLIS);
    var _ = timer.scheduleWithFixedDelay(this::failLate, pause, pause, TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory daemons(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix, 1).factory();
  }

  /**
   * Runs {@code task} on a signing thread, which also completes the answer; one that has already
   * failed by its deadline, or was cancelled, is not started any more.
   *
   * @return fails with {@code TIMEOUT}, {@code TOKEN_BUSY} when the queue is full, {@code CLOSED}
   */
  <T> CompletableFuture<T> sign(Callable<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      signing.execute(() -> run(task, answer));
      waiting.add(new Waiting(answer, System.nanoTime() + deadline.toNanos()));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          signing.isShutdown()
              ? new TokenException("CLOSED", "the token has been closed", e)
              : new TokenException("TOKEN_BUSY", "too many signatures are waiting", e));
    }
    return answer;
  }

  /** Whether two signatures or more wait for each signing thread. */
  boolean busy() {
    return signing.getQueue().size() >= BUSY_PER_THREAD * signing.getMaximumPoolSize();
  }

  private void failLate() {
    long now = System.nanoTime();
    waiting.removeIf(
        each -> {
          boolean late = each.due() - now <= 0;
          if (late) {
            each.answer().completeExceptionally(timeout("sign", deadline));
          }
          return late || each.answer().isDone();
        });
  }

  private static <T> void run(Callable<T> task, CompletableFuture<T> answer) {
    if (answer.isDone()) {
      return;
    }
    try {
      answer.complete(task.call());
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  /** Runs {@code task} beside the signatures and waits for it, but no longer than {@code limit}. */
  <T> T call(String what, Duration limit, Callable<T> task) {
    Future<T> answer;
    try {
      answer = management.submit(task);
    } catch (RejectedExecutionException e) {
      throw management.isShutdown()
          ? new TokenException("CLOSED", "the token has been closed", e)
          : new TokenException("TOKEN_BUSY", what + ": too many operations at once", e);
    }
    return await(what, limit, answer);
  }

  /** Waits for {@code answer}; what it failed with is thrown as it is. */
  static <T> T await(String what, Duration limit, Future<T> answer) {
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw timeout(what, limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenException("INTERRUPTED", what + " was interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new TokenException("FAILED", what + " failed", e);
      }
    }
  }

  private static TokenException timeout(String what, Duration limit) {
    return new TokenException(
        "TIMEOUT", what + ": the token did not answer within " + limit.toMillis() + " ms");
  }

  /**
   * Takes nothing more and waits until what is under way has ended.
   *
   * @return false if after {@code limit} a thread is still inside the token
   */
  boolean drain(Duration limit) {
    signing.shutdown();
    management.shutdown();
    long end = System.nanoTime() + limit.toNanos();
    boolean idle = awaitTermination(signing, end) && awaitTermination(management, end);
    timer.shutdownNow();
    // Nobody looks for what is late any more: what is stuck has had its time.
    waiting.forEach(each -> each.answer().completeExceptionally(timeout("sign", deadline)));
    return idle;
  }

  private static boolean awaitTermination(ExecutorService threads, long end) {
    try {
      return threads.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
