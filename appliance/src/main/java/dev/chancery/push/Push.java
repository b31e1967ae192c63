package dev.chancery.push;

import dev.chancery.audit.SignedCheckpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the newest checkpoint to one place, on a thread of its own. What is not taken is tried
 * again after pauses that grow; meanwhile a newer one takes its place, for it covers all that the
 * older did. No cursor is kept: each start makes a checkpoint, which covers what a place may have
 * missed. Safe for many threads.
 */
public final class Push implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Push.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration LAST_TRY = Duration.ofSeconds(3);

  private final PushTarget target;
  private final Duration firstPause;
  private final Thread thread;
  private final LongAdder failures = new LongAdder();
  private @Nullable SignedCheckpoint waiting; // guarded by this, as is closing
  private boolean closing;
  private volatile long pushed;
  private volatile @Nullable String problem;

  private Push(PushTarget target, Duration firstPause) {
    this.target = target;
    this.firstPause = firstPause;
    this.thread =
        Thread.ofPlatform().name("push-" + target.name()).daemon(true).unstarted(this::run);
  }

  /** Begins to wait for checkpoints. */
  public static Push start(PushTarget target) {
    return start(target, Duration.ofSeconds(1));
  }

  static Push start(PushTarget target, Duration firstPause) {
    Push push = new Push(target, firstPause);
    push.thread.start();
    return push;
  }

  /** Takes {@code checkpoint} to be handed over; does not wait. */
  public synchronized void offer(SignedCheckpoint checkpoint) {
    waiting = checkpoint;
    notifyAll();
  }

  /** The target's name. */
  public String name() {
    return target.name();
  }

  /** How often the place did not take one. */
  public long failures() {
    return failures.sum();
  }

  /** How many rows the newest checkpoint covers that the place has taken since the start. */
  public long pushed() {
    return pushed;
  }

  /** Why the newest one is not there, or empty. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void run() {
    Duration pause = firstPause;
    boolean last = false;
    try {
      for (SignedCheckpoint next = next(); next != null; next = next()) {
        if (push(next)) {
          pause = firstPause;
        } else if (last) {
          return;
        } else {
          last = !pause(pause);
          pause = pause.multipliedBy(2);
          pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("ended while it pushed", e);
    }
  }

  /** Waits for one; null when there will be none any more. */
  private synchronized @Nullable SignedCheckpoint next() throws InterruptedException {
    while (waiting == null && !closing) {
      wait();
    }
    return waiting;
  }

  private boolean push(SignedCheckpoint next) throws InterruptedException {
    try {
      target.push(next);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage() == null ? e : e.getMessage());
      if (problem == null) {
        LOG.warn("a checkpoint cannot be pushed to {}: {}", target, why);
      }
      problem = target + ": " + why;
      failures.increment();
      return false;
    }
    if (problem != null) {
      LOG.info("checkpoints are pushed to {} again", target);
    }
    problem = null;
    pushed = next.checkpoint().treeSize();
    synchronized (this) {
      waiting = next.equals(waiting) ? null : waiting;
    }
    return true;
  }

  /** Waits; false if it is the end. */
  private synchronized boolean pause(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    long left = pause.toMillis();
    while (!closing && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return !closing;
  }

  /** Tries the last one once more, for 3 s at most. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      thread.join(LAST_TRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    target.close();
  }
}
