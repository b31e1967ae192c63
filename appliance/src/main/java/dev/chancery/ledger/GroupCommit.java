package dev.chancery.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One writer thread that takes whatever is waiting as one batch, so that one fsync serves all of it
 * (ADR-0003). The queue is bounded: a disk that hangs gives errors, not an ever longer queue.
 */
final class GroupCommit<J> {
  private static final int MAX_BATCH = 256;

  /** How long a job that nobody waits for may lie before it is written without company. */
  private static final long LINGER_MILLIS = 5;

  /** The longest that a batch is held open, and how often it is looked whether to go on. */
  private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(150);

  private final BlockingQueue<J> queue;
  private final Queue<J> later = new ConcurrentLinkedQueue<>();
  private final Consumer<List<J>> writer;
  private final J stop;
  private final Thread thread;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile boolean idle;
  private volatile BooleanSupplier noHurry = () -> false;

  /**
   * @param writer makes a batch durable and tells each job; must not throw
   * @param stop a job that is never written and ends the thread
   */
  GroupCommit(int capacity, J stop, Consumer<List<J>> writer) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.stop = stop;
    this.writer = writer;
    this.thread = Thread.ofPlatform().name("ledger-writer").daemon(true).unstarted(this::run);
    thread.start();
  }

  /**
   * Lets a batch grow, for two milliseconds at most, as long as {@code noHurry} says that whoever
   * waits for it would only wait for something else next: fewer commits then serve as many jobs.
   */
  void holdWhile(BooleanSupplier noHurry) {
    this.noHurry = noHurry;
  }

  /**
   * Queues {@code job}.
   *
   * @throws LedgerException if the queue is full or the ledger is closed
   */
  void submit(J job) {
    if (stopped.get()) {
      throw new LedgerException("the ledger is closed");
    }
    if (!queue.offer(job)) {
      throw new LedgerException("the ledger's queue is full: the disk is too slow or hangs");
    }
    // Closed meanwhile: what the writer has not taken yet it might never take.
    if (stopped.get() && queue.remove(job)) {
      throw new LedgerException("the ledger is closed");
    }
  }

  /**
   * Queues a job that nobody waits for: it is written with the next batch, before every job that is
   * submitted from now on, or alone after some milliseconds. Its own commit and a wake-up of the
   * writer are saved.
   *
   * @throws LedgerException as {@link #submit}
   */
  void submitLater(J job) {
    if (stopped.get()) {
      throw new LedgerException("the ledger is closed");
    }
    later.add(job);
    // Either the writer sees the job before it goes to sleep, or it is seen here that it sleeps.
    boolean unseen = idle || stopped.get();
    if (unseen && later.remove(job)) {
      submit(job);
    }
  }

  /** Writes what is queued and ends the thread. */
  void close() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    try {
      queue.put(stop);
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<J> batch = new ArrayList<>(MAX_BATCH);
    boolean last = false;
    while (!last) {
      J first;
      try {
        first = next();
      } catch (InterruptedException e) {
        // Nobody interrupts this thread; if somebody does, what is queued is still written.
        continue;
      }
      if (first != null) {
        hold();
      }
      drainLater(batch);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH);
      }
      last = batch.remove(stop);
      if (!batch.isEmpty()) {
        writer.accept(List.copyOf(batch));
      }
      batch.clear();
    }
    drainAfterStop();
  }

  /** Waits for a job; null when there are only such as nobody waits for. */
  private @Nullable J next() throws InterruptedException {
    J job = queue.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
    if (job != null) {
      return job;
    }
    idle = true;
    try {
      return later.isEmpty() ? queue.take() : null;
    } finally {
      idle = false;
    }
  }

  private void hold() {
    long end = System.nanoTime() + HOLD_NANOS;
    while (noHurry.getAsBoolean() && !stopped.get() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }

  private void drainLater(List<J> batch) {
    for (J job = later.poll(); job != null; job = later.poll()) {
      batch.add(job);
    }
  }

  // A job may slip in between the check in submit and the stop.
  private void drainAfterStop() {
    List<J> rest = new ArrayList<>();
    drainLater(rest);
    queue.drainTo(rest);
    if (!rest.isEmpty()) {
      writer.accept(rest);
    }
  }
}
