package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.SigningOutcome;
import dev.chancery.keys.Repositories;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.signing.RulesModel.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random lives of an appliance against {@link RulesModel}, which was written from the rules:
 * requests of every sort, frozen keys and retired repositories, clocks that jump, restarts, crashes
 * (the files as they are while the ledger is open, and another ledger on them), a second process on
 * the file. Which files metadata names is in {@code PolicyModelTest}. A life that goes wrong is
 * told with its seed and the fewest steps that still go wrong.
 */
class RandomLifeTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long MINIMISING_NANOS = Duration.ofSeconds(60).toNanos();

  @TempDir Path directory;

  private int lives;

  @Test
  void fiveThousandStepsGoAsTheRulesSay(TestReporter reporter) {
    live(4, 1_250, reporter);
  }

  @Test
  @Tag("nightly")
  void oneHundredThousandStepsGoAsTheRulesSay(TestReporter reporter) {
    live(80, 1_250, reporter);
  }

  private void live(int seeds, int steps, TestReporter reporter) {
    Map<String, Integer> verdicts = new TreeMap<>();
    for (int seed = 1; seed <= seeds; seed++) {
      List<Step> trace = trace(new Random(seed), steps);
      Optional<String> wrong = failure(trace, verdicts);
      if (wrong.isPresent()) {
        List<Step> shortest = minimised(trace);
        fail("seed " + seed + ": " + wrong.get() + "; it takes only " + shortest);
      }
    }
    for (String verdict :
        List.of(
            "admit",
            "VERSION_ROLLBACK",
            "VERSION_JUMP",
            "FIRST_VERSION_TOO_HIGH",
            "EXPIRED",
            "EXPIRY_TOO_FAR",
            "KEY_FROZEN",
            "REPOSITORY_RETIRED",
            "CLOCK_UNTRUSTED")) {
      assertTrue(verdicts.getOrDefault(verdict, 0) > 0, () -> verdict + " in " + verdicts);
    }
    reporter.publishEntry("verdicts of " + seeds * steps + " steps", verdicts.toString());
  }

  private enum Act {
    NEXT,
    OTHER_BYTES,
    SAME_BYTES,
    STALE,
    JUMP,
    EXPIRED,
    TOO_FAR,
    NEW_KEY,
    FREEZE,
    RETIRE,
    CLOCK_JUMPS,
    RESTART,
    CRASH,
    SECOND_PROCESS
  }

  /** An act, and two numbers that choose what it is done to. */
  private record Step(Act act, int which, int other) {}

  private static List<Step> trace(Random random, int steps) {
    List<Step> trace = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      trace.add(new Step(act(random), random.nextInt(1_000), random.nextInt(1_000)));
    }
    return trace;
  }

  private static Act act(Random random) {
    int percent = random.nextInt(1_000);
    Act[] usual = {Act.NEXT, Act.NEXT, Act.NEXT, Act.OTHER_BYTES, Act.SAME_BYTES, Act.SAME_BYTES};
    Act[] wrong = {Act.STALE, Act.JUMP, Act.EXPIRED, Act.TOO_FAR};
    Act[] seldom = {
      Act.FREEZE, Act.RETIRE, Act.CLOCK_JUMPS, Act.RESTART, Act.CRASH, Act.SECOND_PROCESS
    };
    if (percent < 750) {
      return usual[random.nextInt(usual.length)];
    } else if (percent < 920) {
      return wrong[random.nextInt(wrong.length)];
    }
    return percent < 965 ? Act.NEW_KEY : seldom[random.nextInt(seldom.length)];
  }

  /** What goes wrong first in a new life of these steps. */
  private Optional<String> failure(List<Step> trace, Map<String, Integer> verdicts) {
    try (Life life = new Life(directory.resolve("life-" + lives++), verdicts)) {
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

  /** One appliance and the model beside it. */
  private static final class Life implements AutoCloseable {
    private final Path root;
    private final Map<String, Integer> verdicts;
    private final MovableClock clock = new MovableClock(START);
    private final FakeToken token = new FakeToken();
    private final RulesModel model = new RulesModel();
    private final Map<KeyId, RulesModel.Key> byId = new HashMap<>();
    private final List<KeyRecord> records = new ArrayList<>();
    private Path file;
    private SigningBench bench;
    private int contents;
    private int crashes;

    Life(Path root, Map<String, Integer> verdicts) {
      this.root = root;
      this.verdicts = verdicts;
      this.file = makeDirectory(root).resolve("ledger.db");
      this.bench = open();
      newKey(0, 0);
    }

    private static Path makeDirectory(Path path) {
      try {
        return Files.createDirectories(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private SigningBench open() {
      PolicySettings settings = PolicySettings.NOTARY.withBudgets(Budgets.BENCH);
      return new SigningBench(file, clock, settings, token);
    }

    void step(Step step) {
      clock.advance(Duration.ofSeconds(1 + step.other() % 90));
      int which = Math.max(0, records.size() - 1 - step.which() % 6);
      KeyRecord record = records.get(which);
      RulesModel.Key key = byId(record);
      switch (step.act()) {
        case NEW_KEY -> newKey(step.which(), step.other());
        case FREEZE -> freeze(record, key);
        case RETIRE -> retire(record.repository());
        case CLOCK_JUMPS -> clockJumps(record, key, step.other());
        case RESTART -> restart();
        case CRASH -> crash();
        case SECOND_PROCESS ->
            assertThrows(LedgerException.class, () -> SqliteLedger.open(file, clock));
        default -> request(record, key, content(step, key));
      }
    }

    private RulesModel.Key byId(KeyRecord record) {
      RulesModel.Key key = byId.get(record.id());
      if (key == null) {
        throw new IllegalStateException("a key that the model does not know");
      }
      return key;
    }

    private Content content(Step step, RulesModel.Key key) {
      Content newest = key.newest;
      if (step.act() == Act.SAME_BYTES && newest != null) {
        return newest;
      }
      int version =
          switch (step.act()) {
            case OTHER_BYTES, SAME_BYTES -> Math.max(1, key.watermark);
            case STALE -> Math.max(1, key.watermark - 1 - step.other() % 3);
            case JUMP ->
                key.watermark == 0
                    ? model.highest(key) + 1000 + step.other() % 2
                    : key.watermark + 2 + step.other() % 5;
            default -> key.watermark == 0 ? model.highest(key) + 1 : key.watermark + 1;
          };
      Duration life = Duration.ofDays(key.role == Role.TIMESTAMP ? 14 : 1095);
      Duration left =
          switch (step.act()) {
            case EXPIRED -> Duration.ofHours(1).minusSeconds(1);
            case TOO_FAR -> life.plusHours(24).plusSeconds(1);
            default -> life;
          };
      return made(key.role, version, clock.instant().plus(left));
    }

    private Content made(Role role, int version, Instant expires) {
      MetaFile file = SigningBench.file("content " + contents++);
      Map<String, MetaFile> meta =
          role == Role.TIMESTAMP
              ? Map.of("snapshot", file)
              : Map.of("root", SigningBench.file("root"), "targets", file);
      String type = role == Role.TIMESTAMP ? "Timestamp" : "Snapshot";
      byte[] bytes = SigningBench.signedPart(type, version, expires, meta);
      return new Content(version, expires, bytes);
    }

    private void request(KeyRecord record, RulesModel.Key key, Content content) {
      String expected = model.judge(key, content, clock.instant());
      boolean known = key.signed && isNewest(key, content);
      long calls = token.signCalls();
      SigningOutcome outcome = bench.sign(record, content.bytes());
      assertEquals(expected, SigningBench.verdict(outcome));
      verdicts.merge(expected, 1, Integer::sum);
      if (outcome instanceof SigningOutcome.Signed) {
        assertEquals(known ? calls : calls + 1, token.signCalls(), "C_Sign calls");
        key.watermark = content.version();
        key.newest = content;
        key.signed = true;
      } else {
        assertEquals(calls, token.signCalls(), "C_Sign calls of a refusal");
      }
    }

    @SuppressWarnings("ReferenceEquality") // the very content
    private static boolean isNewest(RulesModel.Key key, @Nullable Content content) {
      return key.newest == content;
    }

    /** Where the quota is used up there is none; that is not what this is about. */
    private void newKey(int repository, int role) {
      RepositoryName name = new RepositoryName("registry.example/life/" + repository % 3);
      try {
        KeyRecord made = bench.key(name, role % 2 == 0 ? Role.TIMESTAMP : Role.SNAPSHOT);
        if (byId.putIfAbsent(made.id(), new RulesModel.Key(name.value(), made.role())) == null) {
          records.add(made);
          model.keys.add(byId(made));
        }
      } catch (RefusedException e) {
        assertEquals("KEY_QUOTA", e.reason().name());
      } catch (CompletionException e) {
        assertTrue(e.getCause() instanceof RefusedException, e.toString());
      }
    }

    private void freeze(KeyRecord record, RulesModel.Key key) {
      if (key.status.equals("active") && records.size() > 3) {
        bench.keys.freeze(TestCaller.ALL, record.id(), "lost").join();
        key.status = "frozen";
      }
    }

    private void retire(RepositoryName name) {
      new Repositories(bench.ledger, bench.registry, bench.access, clock)
          .retire(TestCaller.ALL, name, "deleted")
          .join();
      model.keys.stream()
          .filter(key -> key.repository.equals(name.value()))
          .forEach(key -> key.status = "retired");
    }

    private void clockJumps(KeyRecord record, RulesModel.Key key, int by) {
      Duration jump = Duration.ofMinutes(by % 2 == 0 ? 6 : -6);
      clock.jump(jump);
      model.clockTrusted = false;
      request(record, key, content(new Step(Act.NEXT, 0, 0), key));
      clock.jump(jump.negated());
      request(record, key, content(new Step(Act.NEXT, 0, 0), key));
      restart();
      model.clockTrusted = true;
    }

    private void restart() {
      bench.close();
      bench = open();
      assertWatermarks();
    }

    /** The files as they are while they are open: what SIGKILL leaves. */
    private void crash() {
      bench.ledger.probe(clock.instant()).join(); // The writer is idle: no file changes meanwhile.
      Path next = makeDirectory(root.resolve("crash-" + crashes++)).resolve("ledger.db");
      try {
        Files.copy(file, next);
        Path log = file.resolveSibling("ledger.db-wal");
        if (Files.exists(log)) {
          Files.copy(log, next.resolveSibling("ledger.db-wal"));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bench.close();
      file = next;
      bench = open();
      assertWatermarks();
    }

    private void assertWatermarks() {
      Map<String, Integer> expected = new TreeMap<>();
      byId.forEach(
          (id, key) -> {
            if (key.watermark > 0) {
              expected.put(id.hex(), key.watermark);
            }
          });
      Map<String, Integer> actual = new TreeMap<>();
      bench.ledger.watermarks().forEach(w -> actual.put(w.key().id().hex(), w.version().number()));
      assertEquals(expected, actual);
    }

    void verify() {
      bench.ledger.probe(clock.instant()).join();
      assertWatermarks();
      assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
    }

    @Override
    public void close() {
      bench.close();
    }
  }
}
