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
  /** Answers that show that the crowd is at work. */
  private static final int ENOUGH = 50;

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void answersAllThatItHasAdmittedAndGoesOnAfterARestart(TestReporter reporter) throws Exception {
    try (ChildAppliance appliance = ChildAppliance.init(directory);
        Crowd crowd = new Crowd(appliance, new Random(7))) {
      crowd.start();
      underLoad(crowd, 0);
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

      crowd.restart();
      underLoad(crowd, answers.size());
      crowd.stop();
      assertEquals(List.of(), crowd.surprises());
      assertTrue(crowd.answers().size() > answers.size(), "the load went on");
      reporter.publishEntry(
          "stop", answers.size() + " signatures answered, ended after " + millis + " ms");
    }
  }

  /** Waits until there is load, however slow the machine is. */
  private static void underLoad(Crowd crowd, int answeredBefore) throws InterruptedException {
    for (int i = 0; i < 6_000 && crowd.answers().size() < answeredBefore + ENOUGH; i++) {
      Thread.sleep(10);
    }
    assertTrue(crowd.answers().size() >= answeredBefore + ENOUGH, "no load came about");
  }

  /** Answers that have come may still lie in a client's thread for a moment. */
  private static List<Answered> settled(Crowd crowd, int expected) throws InterruptedException {
    for (int i = 0; i < 100 && crowd.answers().size() < expected; i++) {
      Thread.sleep(10);
    }
    return crowd.answers();
  }
}
