package dev.chancery.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Has work done by every processor and hands on the results in the order in which it was given. So
 * much is under way at a time and no more, however much there is. For one thread.
 *
 * @param <T> what is given
 * @param <R> what comes of it
 */
final class RowPipeline<T, R> {
  private static final int BATCH = 256;
  private static final int UNDER_WAY = 16;

  private final ExecutorService workers;
  private final Function<T, R> work;
  private final Consumer<R> results;
  private final Deque<Future<List<R>>> underWay = new ArrayDeque<>(UNDER_WAY + 1);
  private List<T> batch = new ArrayList<>(BATCH);

  /**
   * A pipeline that does {@code work} in {@code workers}.
   *
   * @param results takes what comes of it, in the thread that calls {@link #add} and {@link #end}
   */
  RowPipeline(ExecutorService workers, Function<T, R> work, Consumer<R> results) {
    this.workers = workers;
    this.work = work;
    this.results = results;
  }

  /** A thread for each processor; closing waits for none of them. */
  static ExecutorService workers() {
    return Executors.newFixedThreadPool(
        Runtime.getRuntime().availableProcessors(),
        Thread.ofPlatform().daemon().name("verifier-", 1).factory());
  }

  void add(T given) {
    batch.add(given);
    if (batch.size() == BATCH) {
      submit();
      if (underWay.size() > UNDER_WAY) {
        take();
      }
    }
  }

  /** Waits for all of it. */
  void end() {
    submit();
    while (!underWay.isEmpty()) {
      take();
    }
  }

  private void submit() {
    List<T> full = batch;
    batch = new ArrayList<>(BATCH);
    underWay.add(workers.submit(() -> full.stream().map(work).toList()));
  }

  private void take() {
    try {
      underWay.remove().get().forEach(results);
    } catch (ExecutionException e) {
      throw new IllegalStateException("verification broke off: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("verification was interrupted", e);
    }
  }
}
