package dev.chancery.e2e.notary;

import dev.chancery.e2e.notary.Publisher.Published;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Publishers at work, each in a thread of his own. */
final class Publishers implements AutoCloseable {
  private final List<Publisher> all;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();

  /** Sets them to work. */
  Publishers(List<Publisher> all) {
    this.all = List.copyOf(all);
    all.forEach(each -> running.add(threads.submit(each)));
  }

  /**
   * Returns when each has published all he wanted, or what he had begun when he was stopped.
   *
   * @throws ExecutionException if one of them could not
   */
  void await() throws ExecutionException, InterruptedException {
    for (Future<?> each : running) {
      each.get();
    }
  }

  /** Lets each finish the target he has begun. */
  void stop() throws ExecutionException, InterruptedException {
    all.forEach(Publisher::stop);
    await();
  }

  /** Returns when one more target is at the server, and how long that took. */
  Duration awaitAnother() throws InterruptedException, ExecutionException {
    return awaitMore(this::published);
  }

  /** Returns when one more publish has failed, and how long that took. */
  Duration awaitFailure() throws InterruptedException, ExecutionException {
    return awaitMore(this::failures);
  }

  private Duration awaitMore(Supplier<List<?>> list)
      throws InterruptedException, ExecutionException {
    int before = list.get().size();
    long began = System.nanoTime();
    while (list.get().size() == before) {
      for (Future<?> each : running) {
        if (each.isDone()) {
          each.get();
        }
      }
      Thread.sleep(5);
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  List<Published> published() {
    return all.stream().map(Publisher::published).flatMap(List::stream).toList();
  }

  List<String> failures() {
    return all.stream().map(Publisher::failures).flatMap(List::stream).toList();
  }

  @Override
  public void close() {
    all.forEach(Publisher::stop);
    threads.shutdownNow();
  }
}
