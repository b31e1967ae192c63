package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Role;
import dev.chancery.policy.PolicySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger that nodes share in a PostgreSQL database: one history, whoever writes it. */
class PostgresLedgerTest {
  private PostgresPlace place;

  @BeforeEach
  void newDatabase() {
    place = PostgresServer.shared().newDatabase();
  }

  @Test
  void aDatabaseWithoutALedgerIsNotOpenedAndGetsNone() {
    var failure = assertThrows(LedgerException.class, this::open);
    assertTrue(String.valueOf(failure.getMessage()).contains("has no ledger"), failure::toString);
    assertThrows(LedgerException.class, this::open);
  }

  @Test
  void aLedgerIsMadeOnlyOnce() {
    create();
    LedgerHead head = reader().head();
    assertThrows(LedgerException.class, this::create);
    assertEquals(head, reader().head());
    assertEquals(LedgerBench.LEDGER_ID, head.ledgerId());
    assertEquals(0, head.sequence());
  }

  @Test
  void aLedgerOfANewerSchemaIsNotOpened() {
    create();
    execute("UPDATE ledger_head SET schema = 99");
    var failure = assertThrows(LedgerException.class, this::open);
    assertTrue(String.valueOf(failure.getMessage()).contains("schema 99"), failure::toString);
    assertTrue(String.valueOf(failure.getMessage()).contains("a newer program"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ledger_row SET body = '' WHERE sequence = 1",
        "DELETE FROM ledger_row WHERE sequence = 1",
        "TRUNCATE ledger_row CASCADE",
        "UPDATE key_state SET watermark = 1",
        "UPDATE ledger_head SET sequence = 1",
        "DELETE FROM ledger_head",
        "INSERT INTO ledger_row SELECT 99, previous, body FROM ledger_row WHERE sequence = 2",
      })
  void theDatabaseItselfRefuses(String statement) {
    try (LedgerBench bench = bench(true)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      bench.issue(bench.proposal(key, 1, "one"));
      bench.issue(bench.proposal(key, 2, "two"));
    }
    assertThrows(IllegalStateException.class, () -> execute(statement));
    assertSound();
  }

  @Test
  void aVersionIsNewOnlyOnceThoughTwoNodesAreAskedAtOnce() {
    try (LedgerBench one = bench(true);
        LedgerBench two = bench(false)) {
      KeyRecord key = one.key(LedgerBench.APP, Role.TIMESTAMP);
      List<CompletableFuture<Recorded>> asked = new ArrayList<>();
      for (int version = 1; version <= 3; version++) {
        for (int i = 0; i < 100; i++) {
          LedgerBench node = i % 2 == 0 ? one : two;
          asked.add(
              CompletableFuture.completedFuture(node.proposal(key, version, "c" + i))
                  .thenComposeAsync(each -> node.ledger.record(each, node.policy, node.now)));
        }
      }
      asked.forEach(each -> each.handle((recorded, refused) -> recorded).join());
      List<Long> advances = new ArrayList<>();
      one.rows().stream()
          .map(ParsedRow::of)
          .filter(row -> row.optionalText("outcome").filter("admitted"::equals).isPresent())
          .filter(row -> row.optionalNumber("watermarkBefore").orElse(0L) < row.number("version"))
          .forEach(row -> advances.add(row.number("version")));
      assertEquals(List.of(1L, 2L, 3L).subList(0, advances.size()), advances);
      assertTrue(!advances.isEmpty());
      assertEquals(one.ledger.watermarks(), two.ledger.watermarks());
    }
    assertSound();
  }

  @Test
  void whatOneNodeSignedTheOtherKnows() {
    try (LedgerBench one = bench(true);
        LedgerBench two = bench(false)) {
      KeyRecord key = one.key(LedgerBench.APP, Role.TIMESTAMP);
      one.issue(one.proposal(key, 1, "one"));
      two.issue(two.proposal(key, 2, "two"));
      assertEquals("VERSION_ROLLBACK", one.verdict(one.proposal(key, 1, "one")));
      one.issue(one.proposal(key, 3, "three"));
      assertEquals("VERSION_ROLLBACK", two.verdict(two.proposal(key, 2, "two")));
      assertEquals("admit", two.verdict(two.proposal(key, 3, "three")));
    }
    assertSound();
  }

  @Test
  void twoNodesUnderRandomLoadWriteOneSoundHistory() {
    Random random = new Random(20261124);
    try (LedgerBench one = bench(true);
        LedgerBench two = bench(false)) {
      List<KeyRecord> keys = new ArrayList<>();
      int[] versions = new int[8];
      for (int i = 0; i < versions.length; i++) {
        keys.add(one.key(LedgerBench.APP, i % 2 == 0 ? Role.SNAPSHOT : Role.TIMESTAMP));
      }
      List<CompletableFuture<?>> asked = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        LedgerBench node = random.nextBoolean() ? one : two;
        int key = random.nextInt(versions.length);
        versions[key] += random.nextInt(2);
        var proposal =
            node.proposal(
                keys.get(key), Math.max(1, versions[key] - random.nextInt(2)), "c" + i % 20);
        asked.add(
            node.ledger.record(proposal, node.policy, node.now).handle((recorded, no) -> recorded));
      }
      asked.forEach(CompletableFuture::join);
      long admitted = asked.stream().filter(each -> each.join() != null).count();
      assertTrue(admitted > 8, "admitted " + admitted);
      assertEquals(one.ledger.watermarks(), two.ledger.watermarks());
    }
    assertSound();
  }

  @Test
  void tablesOfAnOlderProgramAreBroughtToThisOnesByCommandAlone() {
    PostgresSchema.migrate(place, 1);
    create();
    var failure = assertThrows(LedgerException.class, this::open);
    assertTrue(String.valueOf(failure.getMessage()).contains("chancery ledger migrate"));
    assertThrows(LedgerException.class, this::open);
    assertEquals(2, PostgresLedger.migrate(place));
    assertEquals(0, PostgresLedger.migrate(place));
    open().close();
    assertSound();
  }

  @Test
  void aNodeStopsWhenANewerProgramChangesTheTablesUnderIt() {
    try (LedgerBench bench = bench(true)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      execute("UPDATE ledger_head SET schema = schema + 1");
      assertThrows(CompletionException.class, () -> bench.verdict(bench.proposal(key, 1, "one")));
      assertTrue(bench.ledger.failure().orElseThrow().contains("a newer program"));
    }
  }

  @Test
  void aRoleThatOwnsNothingCanDoAllThatANodeDoesAndNothingMore() throws IOException {
    PostgresLedger.migrate(place);
    String name = PostgresServer.name(place);
    execute("CREATE ROLE node_" + name + " LOGIN");
    execute(
        Files.readString(Path.of("../deploy/postgresql/grants.sql"))
            .replace(":\"role\"", "node_" + name));
    PostgresPlace owner = place;
    place = owner.as("node_" + name, null);
    try (LedgerBench bench = bench(true)) {
      KeyRecord timestamps = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      KeyRecord snapshots = bench.key(LedgerBench.APP, Role.SNAPSHOT);
      for (int version = 1; version <= 3; version++) {
        bench.issue(bench.proposal(timestamps, version, "a" + version));
        bench.issue(bench.proposal(timestamps, version, "b" + version));
        bench.issue(bench.proposal(snapshots, version, "a" + version));
      }
      bench.ledger.retire(LedgerBench.APP, "CN=op", "gone", bench.now).join();
      bench.reopen();
    }
    assertSound();
    PostgresFacts facts = PostgresLedger.facts(place);
    assertTrue(facts.durable() && !facts.superuser() && !facts.owner(), facts::toString);
    assertTrue(PostgresLedger.facts(owner).superuser());
    for (String statement :
        List.of(
            "DELETE FROM ledger_row",
            "DELETE FROM key_state",
            "UPDATE ledger_row SET body = ''",
            "ALTER TABLE ledger_row DISABLE TRIGGER ALL",
            "DROP TABLE ledger_row",
            "SET session_replication_role = replica")) {
      var refused = assertThrows(IllegalStateException.class, () -> execute(statement));
      String why = String.valueOf(refused.getMessage());
      assertTrue(why.contains("permission denied") || why.contains("must be owner"), why);
    }
  }

  @Test
  void aKeyThatOneNodeMadeOrFrozeIsToldToTheOther() {
    try (LedgerBench one = bench(true);
        LedgerBench two = bench(false)) {
      List<KeyRecord> told = new ArrayList<>();
      Set<KeyId> signed = new HashSet<>();
      two.ledger.listen(
          (changed, used) -> {
            told.addAll(changed);
            signed.addAll(used);
          });
      KeyRecord key = one.key(LedgerBench.APP, Role.TIMESTAMP);
      two.ledger.catchUp().join();
      assertEquals(List.of(key), told);
      assertEquals(Set.of(), signed);
      assertEquals("admit", two.verdict(two.proposal(key, 1, "one")));
      one.issue(one.proposal(key, 2, "two"));
      one.ledger.setStatus(key, KeyStatus.FROZEN, "CN=op", "test", one.now).join();
      assertEquals("KEY_FROZEN", two.verdict(two.proposal(key, 3, "three")));
      assertEquals(KeyStatus.FROZEN, told.getLast().status());
      assertEquals(Set.of(key.id()), signed);
    }
    assertSound();
  }

  @Test
  void anIdleNodeThatMissedManyRowsForgetsEverythingAndGoesOn() {
    try (LedgerBench one = bench(true);
        LedgerBench two = bench(false)) {
      KeyRecord key = one.key(LedgerBench.APP, Role.TIMESTAMP);
      assertEquals("admit", two.verdict(two.proposal(key, 1, "one")));
      List<CompletableFuture<?>> asked = new ArrayList<>();
      for (int i = 0; i < 2_500; i++) {
        asked.add(
            one.ledger
                .record(one.proposal(key, i < 2_000 ? 1 : 2, "one"), one.policy, one.now)
                .handle((recorded, no) -> recorded));
      }
      asked.forEach(CompletableFuture::join);
      List<KeyRecord> told = new ArrayList<>();
      two.ledger.listen((changed, used) -> told.addAll(changed));
      assertEquals("VERSION_ROLLBACK", two.verdict(two.proposal(key, 1, "one")));
      assertEquals(List.of(key), told);
      assertEquals("admit", two.verdict(two.proposal(key, 3, "three")));
    }
    assertSound();
  }

  private LedgerBench bench(boolean missing) {
    return new LedgerBench(new InDatabase(place), PolicySettings.NOTARY, missing);
  }

  /** A ledger in a database. */
  record InDatabase(PostgresPlace place) implements LedgerBench.Place {
    @Override
    public void create(String ledgerId, Instant now) {
      PostgresLedger.create(place, ledgerId, now);
    }

    @Override
    public StoredLedger open(InstantSource clock) {
      return PostgresLedger.open(place, clock);
    }
  }

  private void create() {
    PostgresLedger.create(place, LedgerBench.LEDGER_ID, LedgerBench.START);
  }

  private PostgresLedger open() {
    return PostgresLedger.open(place, () -> LedgerBench.START);
  }

  private LedgerReader reader() {
    return PostgresLedger.reader(place);
  }

  private void execute(String sql) {
    PostgresServer.execute(place, sql);
  }

  private void assertSound() {
    assertEquals(List.of(), LedgerVerifier.verify(reader()).findings());
  }
}
