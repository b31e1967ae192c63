package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.e2e.TrustServer.Answered;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.torture.Control;
import dev.chancery.torture.Disk;
import dev.chancery.torture.Disk.Survival;
import dev.chancery.torture.Journal.Event;
import dev.chancery.torture.Journal.Kind;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails at any moment of a life: making the appliance, load, a kill, recovery, load, an
 * orderly end. A shim below the process ({@code disk.c}) journals every write, every sync and every
 * change of a name; the shim before the token ({@code counting.c}) and the test add to the same
 * journal when a signature is begun and when an answer has come. From that the test makes disks as
 * they may be after a cut at some event: what was synced is there, of the rest any part, torn at
 * 512 bytes ({@link Disk}). On each the ledger must open by itself, verify, take a new row, and
 * hold the admission of everything that the token was asked to sign and of everything that was
 * answered.
 *
 * <p>Why this is honest: the program runs as it is, unchanged; a sync counts only for what was
 * recorded before it began, and only once it has returned; names need a sync of their directory;
 * and the first thing checked is that the journal, played to its end, gives the very files that are
 * on the disk, so no write went past the shim. What it does not show: a disk that says a flush is
 * done when it is not, or that loses what it held before; sectors that are torn within 512 bytes;
 * SQLite's {@code -shm} file, which is mapped into memory, is never in these disks, since SQLite
 * makes it anew.
 */
class PowerCutTest {
  private static final long SEED = 20_261_124;
  private static final String MADE = "init has ended";

  private static final List<Survival> SURVIVALS = List.copyOf(EnumSet.allOf(Survival.class));

  @TempDir Path directory;

  private Path parent;
  private Path node;
  private Path ledger;

  @BeforeEach
  void nameThem() throws IOException {
    parent = Files.createDirectory(directory.toRealPath().resolve("home"));
    node = parent.resolve("node");
    ledger = node.resolve("ledger");
  }

  @Test
  @Timeout(240)
  void someDozensOfPowerCutsLoseNothing() throws Exception {
    cutOften(48, 1200);
  }

  @Test
  @Tag("nightly")
  void hundredsOfPowerCutsLoseNothing() throws Exception {
    cutOften(1000, 5000);
  }

  private void cutOften(int cuts, int loadMillis) throws Exception {
    Path tools = Files.createDirectory(parent.resolveSibling("shims"));
    List<Event> events;
    try (Shims shims = new Shims(tools, parent)) {
      live(parent, shims, loadMillis);
      events = shims.journal().events();
    }
    Random random = new Random(SEED);
    long began = System.nanoTime();
    Set<Integer> at = moments(events, cuts, random);
    Disk disk = new Disk();
    Promised promised = new Promised();
    int image = 0;
    for (int i = 0; i < events.size(); i++) {
      disk.apply(events.get(i));
      promised.apply(events.get(i));
      if (at.contains(i)) {
        Survival survival = SURVIVALS.get(image % SURVIVALS.size());
        check(disk, promised, survival, random, image++, i);
      }
    }
    assertTheJournalIsWhatHappened(disk);
    Figures.of(
        PowerCutTest.class,
        Map.of(
            "power cuts", String.valueOf(image),
            "events", String.valueOf(events.size()),
            "signatures begun", String.valueOf(promised.begun),
            "answers", String.valueOf(promised.answers.size()),
            "milliseconds a cut", String.valueOf((System.nanoTime() - began) / 1_000_000 / image)));
  }

  /** Ends by SIGKILL, so that the write-ahead log is still there to be compared. */
  private static void live(Path parent, Shims shims, int loadMillis) throws Exception {
    try (ChildAppliance appliance = ChildAppliance.watched(parent, shims)) {
      shims.journal().append(Kind.MARK, 0, 0, MADE, new byte[0]);
      try (Crowd crowd = new Crowd(appliance, new Random(SEED), each -> answered(shims, each))) {
        crowd.start();
        load(crowd, loadMillis);
        appliance.kill();
        crowd.restart();
        load(crowd, loadMillis);
        appliance.terminate();
        assertEquals(0, appliance.exitCode());
        crowd.restart();
        load(crowd, loadMillis / 2);
        appliance.kill();
      }
    }
  }

  /** For this long, and until there was load, however slow the machine is. */
  private static void load(Crowd crowd, int millis) throws InterruptedException {
    int before = crowd.answers().size();
    Thread.sleep(millis);
    Control.await(() -> crowd.answers().size() > before + 20, () -> "no load came about");
  }

  private static void answered(Shims shims, Answered each) {
    String line =
        String.join(
            " ",
            String.valueOf(each.answer().sequence()),
            each.key().keyid().hex(),
            String.valueOf(each.answer().version()),
            each.digest());
    shims.journal().append(Kind.ANSWERED, 0, 0, line, new byte[0]);
  }

  /** Half of them anywhere, half just after a signature was begun, an answer, or a sync. */
  private static Set<Integer> moments(List<Event> events, int cuts, Random random) {
    Set<Integer> at = new TreeSet<>();
    List<Integer> delicate =
        IntStream.range(0, events.size())
            .filter(
                i ->
                    switch (events.get(i).kind()) {
                      case SIGN_BEGIN, ANSWERED, SYNC_END, MARK -> true;
                      default -> false;
                    })
            .boxed()
            .toList();
    while (at.size() < cuts) {
      at.add(
          random.nextBoolean()
              ? random.nextInt(events.size())
              : delicate.get(random.nextInt(delicate.size())));
    }
    return at;
  }

  /** What must be on the record from now on. */
  private static final class Promised {
    boolean made;
    int begun;
    final Map<String, Set<String>> signed = new HashMap<>();
    final Set<String> answers = new HashSet<>();

    void apply(Event event) {
      switch (event.kind()) {
        case MARK -> made = true;
        case ANSWERED -> answers.add(event.name());
        case SIGN_BEGIN -> {
          begun++;
          // An audit key signs checkpoints, which no decision admits.
          if (!event.name().startsWith("audit-")) {
            signed
                .computeIfAbsent(event.name(), key -> new HashSet<>())
                .add(HexFormat.of().formatHex(event.data()));
          }
        }
        default -> {}
      }
    }
  }

  private void check(
      Disk disk, Promised promised, Survival survival, Random random, int number, int event)
      throws IOException {
    String cut = "cut " + number + " after event " + event + ", " + survival;
    Map<String, byte[]> files = disk.files(ledger, survival, random);
    boolean complete = disk.files(node, survival, random).containsKey("chancery.yaml");
    if (!promised.made && !complete) {
      return; // Not made yet: init is run again.
    }
    assertTrue(complete, () -> cut + ": the directory that init made is not there");
    assertTrue(files.containsKey("ledger.db"), () -> cut + ": the ledger's file is not there");
    Path image = directory.resolve("cut-" + number);
    Disk.write(files, image);
    Path file = image.resolve("ledger.db");
    try (SqliteLedger opened = SqliteLedger.open(file, Instant::now)) {
      opened.operatorAction("CN=operator", "after-the-cut", cut, Instant.now()).join();
    }
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings(), cut);
    LedgerRows rows = LedgerRows.read(file);
    assertEquals(List.of(), rows.faults(), cut);
    assertEquals(List.of(), missing(rows, promised), cut);
  }

  private static List<String> missing(LedgerRows rows, Promised promised) {
    Map<String, String> keys = new HashMap<>();
    for (JsonNode key : rows.rows("key")) {
      keys.put(key.path("tokenKeyId").asText(), key.get("keyid").asText());
    }
    Set<String> admitted = rows.admittedContents();
    List<String> missing = new ArrayList<>();
    promised.signed.forEach(
        (tokenKey, digests) -> {
          long unknown =
              digests.stream()
                  .filter(digest -> !admitted.contains(keys.get(tokenKey) + " " + digest))
                  .count();
          // The first signature of a key is that of its certificate.
          if (unknown > 1) {
            missing.add(tokenKey + " signed " + unknown + " texts that were not admitted");
          }
        });
    for (String answer : promised.answers) {
      String[] part = answer.split(" ", -1);
      if (!rows.admits(Long.parseLong(part[0]), part[1], Long.parseLong(part[2]), part[3])) {
        missing.add("the admission of the answer " + answer);
      }
    }
    return missing;
  }

  private void assertTheJournalIsWhatHappened(Disk disk) throws IOException {
    Map<String, byte[]> played = disk.files(ledger, Survival.EVERYTHING, new Random(SEED));
    for (String name : List.of("ledger.db", "ledger.db-wal")) {
      byte[] real = Files.readAllBytes(ledger.resolve(name));
      assertTrue(Arrays.equals(real, played.get(name)), () -> name + " was written past the shim");
    }
  }
}
