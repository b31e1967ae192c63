package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.crypto.VerificationKey;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
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
        measure(file, ledger.noteKey().key(), size, figures);
        reporter.publishEntry(figures);
        before = size;
      }
    }
  }

  private void measure(Path file, VerificationKey audit, long size, Map<String, String> figures)
      throws Exception {
    Duration start = timed(() -> start(file));
    figures.put("start", start.toMillis() + " ms");
    assertTrue(start.compareTo(MOST_TO_START) <= 0, start::toString);
    figures.put("verify the store", timed(() -> verifyStore(file)).toMillis() + " ms");
    Path export = directory.resolve("rows.jsonl");
    figures.put("export", timed(() -> export(file, export)).toMillis() + " ms");
    Duration verified = timed(() -> verify(export, audit, size));
    figures.put("verify the export", verified.toMillis() + " ms");
    figures.put("bytes of the export a decision", String.valueOf(Files.size(export) / size));
    Files.delete(export);
    Duration most = MOST_TO_VERIFY_TEN_MILLION.multipliedBy(size).dividedBy(10_000_000);
    assertTrue(verified.minusSeconds(5).compareTo(most) <= 0, verified::toString);
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

  private static void verify(Path export, VerificationKey audit, long size) throws Exception {
    try (InputStream in = Files.newInputStream(export)) {
      ExportVerification verified = ExportVerifier.verify(in, List.of(audit), null, true);
      assertEquals(List.of(), verified.findings());
      assertTrue(verified.signatures() > size * 9 / 10);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Duration timed(Work work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
