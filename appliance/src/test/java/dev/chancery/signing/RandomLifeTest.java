package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.chancery.signing.RandomLife.Act;
import dev.chancery.signing.RandomLife.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random lives of an appliance against {@link RulesModel}, which was written from the rules:
 * requests of every sort, a token that fails, frozen keys and retired repositories, clocks that
 * jump, restarts, crashes (the files as they are while the ledger is open, and another ledger on
 * them), a second process on the file, re-bases and imports, old copies of the ledger put in its
 * place, copies started beside it. Which files metadata names is in {@code PolicyModelTest}. A life
 * that goes wrong is told with its seed and the fewest steps that still go wrong.
 */
class RandomLifeTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long MINIMISING_NANOS = Duration.ofSeconds(60).toNanos();

  /** What must have happened, or this test shows less than it says. */
  private static final List<String> MUST_HAPPEN =
      List.of(
          "admit",
          "VERSION_ROLLBACK",
          "VERSION_JUMP",
          "FIRST_VERSION_TOO_HIGH",
          "EXPIRED",
          "EXPIRY_TOO_FAR",
          "KEY_FROZEN",
          "KEY_UNKNOWN",
          "REPOSITORY_RETIRED",
          "CLOCK_UNTRUSTED",
          "LEDGER_ROLLED_BACK",
          "token failed",
          "re-base",
          "import",
          "restore, re-based",
          "restore that nothing tells of",
          "copy started",
          "signatures verified");

  @TempDir Path directory;

  private int lives;

  @Test
  void fiveThousandStepsGoAsTheRulesSay() {
    live(4, 1_250);
  }

  @Test
  @Tag("nightly")
  void oneHundredThousandStepsGoAsTheRulesSay() {
    live(80, 1_250);
  }

  private void live(int seeds, int steps) {
    Map<String, Integer> verdicts = new TreeMap<>();
    for (int seed = 1; seed <= seeds; seed++) {
      List<Step> trace = trace(new Random(seed), steps);
      Optional<String> wrong = failure(trace, verdicts);
      if (wrong.isPresent()) {
        List<Step> shortest = minimised(trace);
        fail("seed " + seed + ": " + wrong.get() + "; it takes only " + shortest);
      }
    }
    for (String verdict : MUST_HAPPEN) {
      assertTrue(verdicts.getOrDefault(verdict, 0) > 0, () -> verdict + " in " + verdicts);
    }
    System.out.println("RandomLifeTest, " + seeds * steps + " steps: " + verdicts);
  }

  private static List<Step> trace(Random random, int steps) {
    List<Step> trace = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      trace.add(new Step(act(random), random.nextInt(1_000), random.nextInt(1_000)));
    }
    return trace;
  }

  private static Act act(Random random) {
    int perMille = random.nextInt(1_000);
    Act[] usual = {Act.NEXT, Act.NEXT, Act.NEXT, Act.OTHER_BYTES, Act.SAME_BYTES, Act.SAME_BYTES};
    Act[] wrong = {Act.STALE, Act.JUMP, Act.FAR_JUMP, Act.EXPIRED, Act.TOO_FAR, Act.TOKEN_FAILS};
    Act[] restated = {Act.REBASE, Act.IMPORT, Act.KEEP_COPY};
    Act[] seldom = {
      Act.FREEZE,
      Act.RETIRE,
      Act.CLOCK_JUMPS,
      Act.RESTART,
      Act.CRASH,
      Act.SECOND_PROCESS,
      Act.RESTORE_COPY,
      Act.COPY_STARTS
    };
    if (perMille < 700) {
      return usual[random.nextInt(usual.length)];
    } else if (perMille < 880) {
      return wrong[random.nextInt(wrong.length)];
    } else if (perMille < 925) {
      return Act.NEW_KEY;
    }
    return perMille < 960
        ? restated[random.nextInt(restated.length)]
        : seldom[random.nextInt(seldom.length)];
  }

  /** What goes wrong first in a new life of these steps. */
  private Optional<String> failure(List<Step> trace, Map<String, Integer> verdicts) {
    MovableClock clock = new MovableClock(START);
    LifeStore store = LifeStore.InFile.create(directory.resolve("life-" + lives++), clock);
    try (RandomLife life = new RandomLife(store, clock, verdicts)) {
      for (int i = 0; i < trace.size(); i++) {
        try {
          life.step(trace.get(i));
        } catch (AssertionError | RuntimeException e) {
          return Optional.of("step " + i + ", " + trace.get(i) + ": " + e);
        }
      }
      life.verify();
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of("at the end: " + e);
    }
  }

  /** Leaves out ever smaller parts as long as it still goes wrong. */
  private List<Step> minimised(List<Step> trace) {
    long start = System.nanoTime();
    List<Step> shortest = trace;
    for (int part = trace.size() / 2; part > 0; part /= 2) {
      for (int from = 0; from < shortest.size(); ) {
        if (System.nanoTime() - start > MINIMISING_NANOS) {
          return shortest;
        }
        List<Step> without = new ArrayList<>(shortest);
        without.subList(from, Math.min(from + part, shortest.size())).clear();
        if (failure(without, new HashMap<>()).isPresent()) {
          shortest = without;
        } else {
          from += part;
        }
      }
    }
    return shortest;
  }
}
