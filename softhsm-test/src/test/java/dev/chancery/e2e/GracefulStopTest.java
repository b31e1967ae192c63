package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.e2e.TrustServer.Answered;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: what is under way is answered, then the process ends with 0. */
class GracefulStopTest {
  private static final long LOAD_MILLIS = 1500;

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void answersAllThatItHasAdmittedAndGoesOnAfterARestart(TestReporter reporter) throws Exception {
    try (ChildAppliance appliance = ChildAppliance.init(directory);
        Crowd crowd = new Crowd(appliance, new Random(7))) {
      crowd.start();
      Thread.sleep(LOAD_MILLIS);
      long told = System.nanoTime();
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      long millis = (System.nanoTime() - told) / 1_000_000;

      LedgerRows rows = LedgerRows.read(appliance.ledger());
      List<Answered> answers = settled(crowd, rows.admittedContents().size());
      assertEquals(List.of(), rows.faults());
      assertEquals(rows.admittedContents(), rows.signedContents(), "admitted and not signed");
      Set<String> unanswered = new HashSet<>(rows.admittedContents());
      unanswered.removeAll(answers.stream().map(Answered::content).collect(Collectors.toSet()));
      assertEquals(Set.of(), unanswered, "signed and not answered");
      assertTrue(answers.size() > 0, "there was load");

      crowd.restart();
      Thread.sleep(LOAD_MILLIS);
      crowd.stop();
      assertEquals(List.of(), crowd.surprises());
      assertTrue(crowd.answers().size() > answers.size(), "the load went on");
      reporter.publishEntry(
          "stop", answers.size() + " signatures answered, ended after " + millis + " ms");
    }
  }

  /** Answers that have come may still lie in a client's thread for a moment. */
  private static List<Answered> settled(Crowd crowd, int expected) throws InterruptedException {
    for (int i = 0; i < 100 && crowd.answers().size() < expected; i++) {
      Thread.sleep(10);
    }
    return crowd.answers();
  }
}
