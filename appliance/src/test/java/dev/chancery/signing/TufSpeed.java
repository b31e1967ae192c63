package dev.chancery.signing;

import com.sun.management.OperatingSystemMXBean;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.keys.Repositories;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.TufSettings;
import dev.chancery.testing.TufPublisher;
import dev.chancery.testing.TufPublisher.PublisherKey;
import dev.chancery.testing.TufPublisher.RoleKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints how long one signature takes from request to answer, with all checks, the ledger on disk
 * and a token in memory: timestamps of both dialects, a snapshot of 1,000 delegations, and a
 * timestamp with such a chain sent along. One request at a time; takes the directory for its
 * ledger.
 */
final class TufSpeed {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final RepositoryName REPOSITORY = new RepositoryName("tuf.example/app");
  private static final RepositoryName LARGE = new RepositoryName("tuf.example/large");
  private static final int DELEGATIONS = 1_000;
  private static final int ROUNDS = 4;
  private static final int EACH = 300;

  private final SigningBench bench;

  private TufSpeed(Path ledger) {
    Bucket.Rule endless = new Bucket.Rule(1_000_000_000, 1_000_000_000);
    Budgets budgets = new Budgets(endless, endless, endless, 1_000, 10_000);
    PolicySettings settings = PolicySettings.NOTARY.withBudgets(budgets);
    this.bench =
        new SigningBench(
            ledger, new MovableClock(START), settings, TufSettings.usual(budgets), new FakeToken());
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "tuf-speed-");
    TufSpeed speed = new TufSpeed(directory.resolve("ledger.db"));
    speed.timestamps();
    speed.snapshots();
    speed.chains();
    speed.bench.close();
  }

  private void timestamps() {
    KeyRecord notary = bench.key(SigningBench.APP, Role.TIMESTAMP);
    KeyRecord tuf = bench.tufKey(REPOSITORY, Role.TIMESTAMP);
    IntFunction<SigningRequest> ofNotary =
        version -> request(notary, bench.timestamp(version, SigningBench.file("s")), null, null);
    IntFunction<SigningRequest> ofTuf =
        version -> request(tuf, timestamp(version, new byte[] {1}, 1), null, null);
    // By turns, so that what else the machine does meets both alike.
    for (int round = 0; round < ROUNDS; round++) {
      measure("timestamp, Notary", ofNotary, round);
      measure("timestamp, TUF 1.0", ofTuf, round);
    }
  }

  private void snapshots() {
    KeyRecord key = bench.tufKey(REPOSITORY, Role.SNAPSHOT);
    for (int round = 0; round < ROUNDS; round++) {
      measure(
          "snapshot of 1,000 delegations",
          version ->
              request(key, CanonicalJson.encode(snapshot(version, new byte[] {1})), null, null),
          round);
    }
  }

  private void chains() {
    KeyRecord key = bench.tufKey(LARGE, Role.TIMESTAMP);
    PublisherKey publisher = PublisherKey.make();
    RoleKeys own = RoleKeys.of(1, publisher);
    RoleKeys here = TufRootRulesTest.roleKeys(key);
    byte[] root =
        TufPublisher.root(
            1,
            START.plus(Duration.ofDays(300)),
            Map.of("root", own, "targets", own, "snapshot", own, "timestamp", here),
            publisher);
    new Repositories(bench.ledger, bench.registry, bench.access, bench.clock)
        .addRoot(TestCaller.ALL, LARGE, root, "measured")
        .join();
    byte[] targets = targets(publisher);
    byte[] snapshot = TufPublisher.file(snapshot(1, targets), publisher);
    for (int round = 0; round < ROUNDS; round++) {
      measure(
          "timestamp with that chain, " + (snapshot.length + targets.length) + " bytes",
          version -> request(key, timestamp(version, snapshot, snapshot.length), snapshot, targets),
          round);
    }
  }

  // The requests are made before; the first round is for the JVM to compile.
  private void measure(String what, IntFunction<SigningRequest> requests, int round) {
    List<SigningRequest> all =
        IntStream.rangeClosed(round * EACH + 1, (round + 1) * EACH).mapToObj(requests).toList();
    long[] nanos = new long[EACH];
    long cpu = cpu();
    for (int i = 0; i < EACH; i++) {
      nanos[i] = time(all.get(i));
    }
    cpu = cpu() - cpu;
    if (round > 0) {
      Arrays.sort(nanos);
      System.out.printf(
          "%-45s p50 %6.2f ms  p90 %6.2f ms  CPU %6.2f ms%n",
          what, nanos[EACH / 2] / 1e6, nanos[EACH * 9 / 10] / 1e6, cpu / 1e6 / EACH);
    }
  }

  /** Of the whole process: what else runs on the machine counts for nothing in it. */
  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static byte[] targets(PublisherKey publisher) {
    Map<String, Object> signed =
        TufPublisher.metadata("targets", 1, START.plus(Duration.ofDays(80)));
    signed.put("targets", Map.of());
    List<Map<String, Object>> roles =
        IntStream.range(0, DELEGATIONS)
            .mapToObj(
                i ->
                    Map.<String, Object>of(
                        "name",
                        "team%04d".formatted(i),
                        "keyids",
                        List.of(publisher.id()),
                        "threshold",
                        1,
                        "terminating",
                        false,
                        "paths",
                        List.of("team%04d/*".formatted(i))))
            .toList();
    signed.put(
        "delegations", Map.of("keys", Map.of(publisher.id(), publisher.object()), "roles", roles));
    return TufPublisher.file(signed, publisher);
  }

  private static Map<String, Object> snapshot(int version, byte[] targets) {
    Map<String, Object> meta = new TreeMap<>();
    meta.put("targets.json", described(1, targets, targets.length));
    for (int i = 0; i < DELEGATIONS; i++) {
      byte[] content = {(byte) i, (byte) (i >> 8)};
      meta.put("team%04d.json".formatted(i), described(1, content, 700 + i));
    }
    Map<String, Object> signed =
        TufPublisher.metadata("snapshot", version, START.plus(Duration.ofDays(80)));
    signed.put("meta", meta);
    return signed;
  }

  private static byte[] timestamp(int version, byte[] file, int length) {
    Map<String, Object> signed =
        TufPublisher.metadata("timestamp", version, START.plus(Duration.ofDays(1)));
    signed.put("meta", Map.of("snapshot.json", described(1, file, length)));
    return CanonicalJson.encode(signed);
  }

  private static Map<String, Object> described(int version, byte[] file, int length) {
    return Map.of(
        "version", version, "length", length, "hashes", Map.of("sha256", Sha256.of(file).hex()));
  }

  private static SigningRequest request(
      KeyRecord key, byte[] signed, byte @Nullable [] snapshot, byte @Nullable [] targets) {
    return new SigningRequest(
        key.role(), new SigningRequest.KeySelector.ById(key.id()), signed, snapshot, targets);
  }

  private long time(SigningRequest request) {
    long start = System.nanoTime();
    SigningOutcome outcome = bench.signing.sign(TestCaller.ALL, request).join();
    long nanos = System.nanoTime() - start;
    SigningBench.signed(outcome);
    return nanos;
  }
}
