package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Durable decisions a second, by store and writers, against what disk and server can do in the same
 * run (docs/performance.md). Each decision is followed by the row of its signature, as in service;
 * nothing is signed. It reports; how fast is fast enough depends on the machine.
 */
@Tag("nightly")
class LedgerRateTest {
  private static final int[] WRITERS = {1, 8, 32, 128};
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("chancery.rate.seconds", 3));

  @TempDir Path directory;

  /** One worker's share; gives the time each of its units took, in nanoseconds. */
  private interface Worker {
    long[] work(int number, long end) throws SQLException;
  }

  @Test
  void sqlite(TestReporter reporter) throws Exception {
    double floor = fsyncs();
    try (LedgerBench bench = bench(LedgerBench.inFile(directory.resolve("ledger.db")))) {
      measure("SQLite", bench, floor, "fsyncs", reporter);
    }
  }

  @Test
  void postgresql(TestReporter reporter) throws Exception {
    PostgresPlace place = PostgresServer.shared().newDatabase();
    PostgresPlace beside = PostgresServer.shared().newDatabase();
    PostgresServer.execute(beside, "CREATE TABLE floor (body BYTEA)");
    double floor = rate(run(1, (number, end) -> commits(beside, end)));
    for (int writers : WRITERS) {
      if (writers <= 32) {
        double group = rate(run(writers, (number, end) -> commits(beside, end)));
        say(reporter, "PostgreSQL, commits/s of " + writers + " connections", shown(group));
      }
    }
    try (LedgerBench bench = bench(new PostgresLedgerTest.InDatabase(place))) {
      measure("PostgreSQL", bench, floor, "commits of one connection", reporter);
    }
  }

  private static LedgerBench bench(LedgerBench.Place place) {
    return new LedgerBench(place, PolicySettings.NOTARY.withBudgets(Budgets.BENCH), true);
  }

  private static void measure(
      String store, LedgerBench bench, double floor, String unit, TestReporter reporter)
      throws InterruptedException, ExecutionException, IOException {
    List<KeyRecord> keys = new ArrayList<>();
    int[] versions = new int[WRITERS[WRITERS.length - 1]];
    for (int i = 0; i < versions.length; i++) {
      keys.add(bench.key(new RepositoryName("rate.test/" + i), Role.TIMESTAMP));
    }
    say(reporter, store + ", " + unit + "/s", shown(floor));
    run(32, (number, end) -> decisions(bench, keys, versions, number, end, 0));
    for (int writers : WRITERS) {
      List<long[]> full =
          run(writers, (number, end) -> decisions(bench, keys, versions, number, end, 0));
      double rate = rate(full);
      long pace = (long) (2e9 * writers / rate);
      List<long[]> half =
          run(writers, (number, end) -> decisions(bench, keys, versions, number, end, pace));
      say(
          reporter,
          store + ", " + writers + " writer(s)",
          shown(rate)
              + " decisions/s, "
              + String.format(Locale.ROOT, "%.2f", rate / floor)
              + " x the "
              + unit
              + "; p99 "
              + shown(p99(full) / 1e6)
              + " ms, at half load "
              + shown(p99(half) / 1e6)
              + " ms");
      assertTrue(rate > 0);
    }
  }

  private static long[] decisions(
      LedgerBench bench, List<KeyRecord> keys, int[] versions, int number, long end, long pace) {
    long[] took = new long[1 << 16];
    int count = 0;
    RawSignature signature = new RawSignature(new byte[64]);
    long next = System.nanoTime() + (pace == 0 ? 0 : pace * number / versions.length);
    while (System.nanoTime() < end && count < took.length) {
      if (pace > 0) {
        LockSupport.parkNanos(next - System.nanoTime());
        next += pace;
      }
      int version = ++versions[number];
      long began = System.nanoTime();
      Recorded recorded =
          bench
              .ledger
              .record(
                  bench.proposal(keys.get(number), version, "v" + version), bench.policy, bench.now)
              .join();
      took[count++] = System.nanoTime() - began;
      var _ = bench.ledger.issued(recorded, signature, null, bench.now);
    }
    return Arrays.copyOf(took, count);
  }

  /** What one connection commits, a row of the size of a decision each. */
  private static long[] commits(PostgresPlace place, long end) throws SQLException {
    long[] took = new long[1 << 16];
    int count = 0;
    try (Connection connection =
            DriverManager.getConnection("jdbc:" + place.url(), place.user(), null);
        PreparedStatement insert = connection.prepareStatement("INSERT INTO floor VALUES (?)")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1");
      }
      insert.setBytes(1, new byte[300]);
      while (System.nanoTime() < end && count < took.length) {
        long began = System.nanoTime();
        insert.executeUpdate();
        took[count++] = System.nanoTime() - began;
      }
    }
    return Arrays.copyOf(took, count);
  }

  private double fsyncs() throws IOException {
    long end = System.nanoTime() + TIME.toNanos();
    int count = 0;
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("floor"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (System.nanoTime() < end) {
        file.write(ByteBuffer.allocate(4096));
        file.force(false);
        count++;
      }
    }
    return count / (TIME.toNanos() / 1e9);
  }

  private static List<long[]> run(int workers, Worker worker)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + TIME.toNanos();
    List<Future<long[]>> shares = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < workers; i++) {
        int number = i;
        shares.add(threads.submit(() -> worker.work(number, end)));
      }
    }
    List<long[]> done = new ArrayList<>();
    for (Future<long[]> share : shares) {
      done.add(share.get());
    }
    return done;
  }

  private static double rate(List<long[]> shares) {
    return shares.stream().mapToLong(share -> share.length).sum() / (TIME.toNanos() / 1e9);
  }

  private static double p99(List<long[]> shares) {
    long[] all = shares.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return all.length == 0 ? 0 : all[(int) (all.length * 0.99)];
  }

  /** Into the report, and as a line of {@code target/ledger-rate.txt}. */
  private static void say(TestReporter reporter, String what, String value) throws IOException {
    reporter.publishEntry(what, value);
    Files.writeString(
        Path.of("target", "ledger-rate.txt"),
        what + ": " + value + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }
}
