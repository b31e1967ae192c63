package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.crypto.VerificationKey;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a ledger costs as it grows tenfold again and again: a decision, a start, verification. The
 * largest size is the system property {@code chancery.scale}, in decisions; the figures go to the
 * report and are asserted for the sizes that docs/performance.md promises something of.
 */
@Tag("nightly")
class LedgerScaleTest {
  private static final long LARGEST = Long.getLong("chancery.scale", 1_000_000);
  private static final Duration MOST_TO_START = Duration.ofSeconds(3);
  private static final Duration MOST_TO_VERIFY_TEN_MILLION = Duration.ofMinutes(5);

  @TempDir Path directory;

  @Test
  void startAndVerificationKeepTheirBoundsAsTheLedgerGrows(TestReporter reporter) throws Exception {
    Path file = directory.resolve("ledger.db");
    try (LargeLedger ledger = new LargeLedger(file)) {
      long before = 0;
      for (long size = 1_000; size <= LARGEST; size *= 10) {
        long began = System.nanoTime();
        ledger.grow(size);
        Map<String, String> figures = new TreeMap<>();
        figures.put("decisions", String.valueOf(size));
        long each = (System.nanoTime() - began) / (size - before);
        figures.put("a decision made, judged, signed and written", each / 1_000 + " us");
        figures.put("bytes of the file a decision", String.valueOf(Files.size(file) / size));
        Bounds bounds = measure(file, ledger.noteKey().key(), size, figures);
        reporter.publishEntry(figures);
        bounds.hold(size);
        before = size;
      }
    }
  }

  /** What must not take long. */
  private record Bounds(Took start, Took verified) {
    void hold(long size) {
      assertTrue(start.wall().compareTo(MOST_TO_START) <= 0, start::toString);
      Duration most = MOST_TO_VERIFY_TEN_MILLION.multipliedBy(size).dividedBy(10_000_000);
      assertTrue(verified.wall().minusSeconds(5).compareTo(most) <= 0, verified::toString);
    }
  }

  private Bounds measure(Path file, VerificationKey audit, long size, Map<String, String> figures)
      throws Exception {
    Took start = timed(() -> start(file));
    figures.put("start", start.toString());
    figures.put("verify the store", timed(() -> verifyStore(file)).toString());
    Path export = directory.resolve("rows.jsonl");
    figures.put("export", timed(() -> export(file, export)).toString());
    Took verified = timed(() -> verify(export, audit, 0, false));
    figures.put("verify the export", verified.toString());
    Took signatures = timed(() -> verify(export, audit, size * 9 / 10, true));
    figures.put("verify the export and issued signatures", signatures.toString());
    figures.put("bytes of the export a decision", String.valueOf(Files.size(export) / size));
    Files.delete(export);
    return new Bounds(start, verified);
  }

  /** All that is read of a ledger before the first signature. */
  private static void start(Path file) {
    LedgerReader reader = LedgerReader.of(file);
    reader.head();
    reader.trustedTime();
    reader.keys();
    reader.auditKeys();
    TreeHead head = reader.treeHead();
    SignedCheckpoint newest = reader.newestCheckpoint().orElseThrow();
    assertEquals(newest.checkpoint().treeSize(), head.size() - 1);
    long last = newest.checkpoint().treeSize() - 1;
    assertTrue(reader.anchor(state -> state.rowHash().apply(last)).isPresent());
  }

  private static void verifyStore(Path file) {
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
  }

  private static void export(Path file, Path export) throws Exception {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(export), 1 << 16)) {
      LedgerReader.of(file).export(0, Long.MAX_VALUE, out);
    }
  }

  private static void verify(Path export, VerificationKey audit, long least, boolean signatures)
      throws Exception {
    try (InputStream in = Files.newInputStream(export)) {
      ExportVerification verified = ExportVerifier.verify(in, List.of(audit), null, signatures);
      assertEquals(List.of(), verified.findings());
      assertTrue(verified.signatures() >= least, verified::toString);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Time on the clock, and of all processors. */
  private record Took(Duration wall, Duration cpu) {
    @Override
    public String toString() {
      return wall.toMillis() + " ms, CPU " + cpu.toMillis() + " ms";
    }
  }

  private static Took timed(Work work) throws Exception {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    long began = System.nanoTime();
    work.run();
    return new Took(
        Duration.ofNanos(System.nanoTime() - began),
        Duration.ofNanos(process.getProcessCpuTime() - cpu));
  }
}
