package dev.chancery.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/**
 * Closed loop: each worker has one connection and one request under way, and asks for the next
 * signature when it has the last. A key belongs to one worker, so its versions come in order.
 */
final class Load {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int OK = 200;

  private final SSLContext tls;
  private final InetSocketAddress address;
  private final List<BenchKey> keys;
  private final InstantSource clock;

  Load(SSLContext tls, InetSocketAddress address, List<BenchKey> keys, InstantSource clock) {
    this.tls = tls;
    this.address = address;
    this.keys = List.copyOf(keys);
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param latencies in order of size
   * @param nanos how long it really took
   */
  record Outcome(Latencies latencies, long nanos) {
    double perSecond() {
      return latencies.count() * 1e9 / nanos;
    }
  }

  /**
   * Keeps {@code workers} at it for {@code time}.
   *
   * @throws IOException if an answer was anything but a signature
   */
  Outcome run(int workers, Duration time) throws IOException {
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      long start = System.nanoTime();
      long end = start + time.toNanos();
      List<Future<Latencies>> running = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        List<BenchKey> own = share(worker, workers);
        running.add(threads.submit(() -> work(own, end)));
      }
      Latencies all = new Latencies();
      for (Future<Latencies> each : running) {
        all.addAll(result(each));
      }
      return new Outcome(all.sorted(), System.nanoTime() - start);
    }
  }

  private List<BenchKey> share(int worker, int workers) {
    List<BenchKey> own = new ArrayList<>();
    for (int i = worker; i < keys.size(); i += workers) {
      own.add(keys.get(i));
    }
    return own;
  }

  private Latencies work(List<BenchKey> own, long end) {
    Latencies latencies = new Latencies();
    try (Connection connection = Connection.open(tls, address, TIMEOUT_MILLIS)) {
      int next = 0;
      while (System.nanoTime() < end) {
        byte[] request = own.get(next).nextRequest(clock.instant());
        next = (next + 1) % own.size();
        long start = System.nanoTime();
        Connection.Response response = connection.exchange(request);
        latencies.add(System.nanoTime() - start);
        if (response.status() != OK) {
          throw new IOException(
              "the server answered HTTP " + response.status() + ": " + response.body());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return latencies;
  }

  private static Latencies result(Future<Latencies> running) throws IOException {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
