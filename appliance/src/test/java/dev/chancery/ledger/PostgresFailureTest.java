package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.policy.PolicySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database server that breaks: nothing is promised that it may forget, and it goes on after. */
class PostgresFailureTest {
  private PostgresServer server;
  private PostgresLedgerTest.InDatabase place;
  private LedgerBench bench;
  private KeyRecord key;

  @BeforeEach
  void open() {
    server = PostgresServer.start();
    place = new PostgresLedgerTest.InDatabase(server.newDatabase());
    bench = new LedgerBench(place, PolicySettings.NOTARY, true);
    key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
    bench.issue(bench.proposal(key, 1, "one"));
  }

  // Where no server is installed nothing was opened.
  @AfterEach
  void close() {
    if (bench != null) {
      bench.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutTheServerNothingIsAdmittedAndAfterwardsItGoesOn(boolean crash) {
    if (crash) {
      server.crash();
    } else {
      server.down();
    }
    assertFails(2, "two");
    assertTrue(bench.ledger.failure().orElseThrow().contains("nothing is signed"));
    assertFails(2, "two");
    server.up("");
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    assertEquals(Optional.empty(), bench.ledger.failure());
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 1, "one")));
    assertSound();
  }

  @Test
  void whatWasAdmittedBeforeACrashUnderLoadIsThereAfterIt() {
    List<CompletableFuture<Recorded>> asked = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      asked.add(bench.ledger.record(bench.proposal(key, 1, "c" + i % 5), bench.policy, bench.now));
      if (i == 1_000) {
        asked.get(10).handle((recorded, no) -> recorded).join();
        server.crash();
      }
    }
    List<Recorded> admitted = new ArrayList<>();
    for (CompletableFuture<Recorded> each : asked) {
      Recorded recorded = each.handle((done, failure) -> failure == null ? done : null).join();
      if (recorded != null) {
        admitted.add(recorded);
      }
    }
    server.up("");
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    List<byte[]> rows = bench.rows();
    assertTrue(!admitted.isEmpty());
    for (Recorded recorded : admitted) {
      ParsedRow row = ParsedRow.of(rows.get(Math.toIntExact(recorded.sequence())));
      assertEquals("decision", row.text("kind"));
      assertEquals("admitted", row.text("outcome"));
    }
    assertSound();
  }

  @Test
  void aConnectionThatIsCutBetweenBatchesIsNotNoticed() {
    cutConnections();
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    assertSound();
  }

  @Test
  void aDatabaseThatWentBackIsNotSignedFor() {
    String name = PostgresServer.name(place.place());
    cutConnections();
    execute("CREATE DATABASE backup TEMPLATE " + name);
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
    cutConnections();
    execute("DROP DATABASE " + name);
    execute("ALTER DATABASE backup RENAME TO " + name);
    assertFails(2, "another two");
    assertFails(2, "another two");
    assertTrue(bench.ledger.failure().orElseThrow().contains("the database went back"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
  @Tag("nightly")
  void aServerThatMayForgetCommitsIsRefused(String setting) {
    bench.close();
    server.down();
    server.up("-c " + setting + "=off");
    var failure = assertThrows(LedgerException.class, bench::reopen);
    assertTrue(String.valueOf(failure.getMessage()).contains(setting + " = off"));
    server.down();
    server.up("");
    bench.reopen();
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "two")));
  }

  private void execute(String sql) {
    PostgresServer.execute(server.place("postgres"), sql);
  }

  private void cutConnections() {
    execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + " WHERE application_name = 'chancery'");
  }

  private void assertFails(int version, String content) {
    var failure =
        assertThrows(
            CompletionException.class, () -> bench.verdict(bench.proposal(key, version, content)));
    assertInstanceOf(LedgerException.class, failure.getCause());
  }

  private void assertSound() {
    LedgerReader reader = PostgresLedger.reader(place.place());
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }
}
