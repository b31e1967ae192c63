package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.WatermarkInfo;
import dev.chancery.e2e.TrustServer.Answered;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed (SIGKILL) again and again at random moments, while trust servers publish.
 * Afterwards nothing that was answered is missing from the record, no watermark has gone back, and
 * the versions of each key rise one by one: what was signed is what the rules allow.
 *
 * <p>A process that is killed loses nothing it has handed to the kernel. That the rows are also
 * synced to the disk before anything is signed is not shown here.
 */
class CrashTest {
  private static final long SEED = 20_261_123;

  @TempDir Path directory;

  @Test
  @Timeout(180)
  void sixKillsUnderLoadLoseNothing() throws Exception {
    killRepeatedly(6, 1, Duration.ofMillis(50), Duration.ofMillis(600));
  }

  @Test
  @Tag("nightly")
  void twoHundredKillsUnderLoadLoseNothing() throws Exception {
    // The whole ledger each time would cost more than the rest: it grows while it is read.
    killRepeatedly(200, 10, Duration.ofMillis(1), Duration.ofMillis(1000));
  }

  private void killRepeatedly(int kills, int verifyEach, Duration shortest, Duration longest)
      throws Exception {
    long began = System.nanoTime();
    Random random = new Random(SEED);
    try (ChildAppliance appliance = ChildAppliance.init(directory);
        Crowd crowd = new Crowd(appliance, random)) {
      crowd.start();
      Map<String, Long> floor = new HashMap<>();
      long restartNanos = 0;
      for (int i = 0; i < kills; i++) {
        Thread.sleep(random.nextLong(shortest.toMillis(), longest.toMillis()));
        appliance.kill();
        List<Answered> answered = crowd.answers();
        long restart = System.nanoTime();
        crowd.restart();
        restartNanos += System.nanoTime() - restart;
        assertNothingWentBack(appliance, answered, floor);
        if (i % verifyEach == 0) {
          assertVerifies(appliance);
        }
      }
      crowd.stop();
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      LedgerRows rows = assertAllIsOnRecord(appliance, crowd);
      Figures.of(
          CrashTest.class,
          Map.of(
              "kills", String.valueOf(kills),
              "signatures answered", String.valueOf(crowd.answers().size()),
              "of them recorded ones given again", String.valueOf(crowd.repeats()),
              "rows", String.valueOf(rows.size()),
              "admissions", String.valueOf(rows.admissions()),
              "seconds", String.valueOf((System.nanoTime() - began) / 1_000_000_000),
              "milliseconds a restart", String.valueOf(restartNanos / kills / 1_000_000)));
    }
  }

  /** Right after a restart, while the load goes on. */
  private static void assertNothingWentBack(
      ChildAppliance appliance, List<Answered> answered, Map<String, Long> floor) {
    for (Answered each : answered) {
      floor.merge(each.key().keyid().hex(), each.answer().version(), Math::max);
    }
    Map<String, Long> watermarks = new HashMap<>();
    try (ChanceryClient operator = appliance.operator()) {
      for (WatermarkInfo watermark : operator.watermarks(null)) {
        watermarks.put(watermark.keyid().hex(), watermark.version());
      }
    }
    floor.forEach(
        (key, version) ->
            assertTrue(
                watermarks.getOrDefault(key, 0L) >= version,
                () -> key + ": watermark " + watermarks.get(key) + " after version " + version));
    floor.putAll(watermarks);
  }

  /**
   * By the project's verifier, which checks the derived state too, and by an outsider's reading.
   */
  private static LedgerRows assertVerifies(ChildAppliance appliance) {
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(appliance.ledger())).findings());
    LedgerRows rows = LedgerRows.read(appliance.ledger());
    assertEquals(List.of(), rows.faults());
    return rows;
  }

  /** When the load has ended and the server is stopped. */
  private static LedgerRows assertAllIsOnRecord(ChildAppliance appliance, Crowd crowd) {
    LedgerRows rows = assertVerifies(appliance);
    assertEquals(List.of(), crowd.surprises());
    List<String> missing = new ArrayList<>();
    for (Answered each : crowd.answers()) {
      String key = each.key().keyid().hex();
      if (!each.verifies()) {
        missing.add("a signature that verifies: " + each);
      }
      if (!rows.hasKey(key)) {
        missing.add("the key of " + each);
      }
      if (!rows.admits(each.answer().sequence(), key, each.answer().version(), each.digest())) {
        missing.add("the admission of " + each);
      }
      // A timestamp's row may follow its answer; a snapshot's may not.
      if (each.role() == Role.SNAPSHOT
          && !rows.hasIssued(key, each.digest(), each.answer().sig())) {
        missing.add("the issue of " + each);
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(rows.signatures() <= rows.admissions(), "more signatures than admissions");
    assertTrue(crowd.distinctSignatures() <= rows.admissions(), "more answers than admissions");
    return rows;
  }
}
