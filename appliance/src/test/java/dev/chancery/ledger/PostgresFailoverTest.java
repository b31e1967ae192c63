package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.policy.PolicySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that take over, lines that are cut, disks that are full. */
class PostgresFailoverTest {
  @Test
  @Timeout(180)
  void aStandbyTakesOverAndNothingThatWasAdmittedIsLost() throws Exception {
    try (PostgresServer primary = PostgresServer.start();
        PostgresServer standby = primary.standby()) {
      waitForCommits(primary);
      PostgresPlace both = both(primary.newDatabase(), primary, standby);
      try (LedgerBench bench = bench(both, true)) {
        KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
        List<CompletableFuture<Recorded>> asked = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
          asked.add(record(bench, key, 1, "c" + i % 5));
          if (i == 300) {
            asked.get(10).handle((recorded, no) -> recorded).join();
            primary.crash();
          }
        }
        List<Recorded> admitted = admitted(asked);
        assertFalse(admitted.isEmpty());
        assertThrows(CompletionException.class, () -> record(bench, key, 2, "none").join());
        standby.promote();
        assertEquals("admit", persistently(bench, key, 2, "two"));
        assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 1, "c1")));
        assertOnRecord(bench, admitted);
        assertSound(both);
      }
    }
  }

  @Test
  @Timeout(180)
  @Tag("nightly")
  void aStandbyThatLacksRowsIsNotSignedFor() {
    try (PostgresServer primary = PostgresServer.start();
        PostgresServer standby = primary.standby()) {
      PostgresPlace both = both(primary.newDatabase(), primary, standby);
      try (LedgerBench bench = bench(both, true)) {
        KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
        bench.issue(bench.proposal(key, 1, "one"));
        await(() -> primary.ask(RECEIVED).equals("t"));
        standby.down();
        bench.issue(bench.proposal(key, 2, "two"));
        primary.crash();
        standby.up("");
        standby.promote();
        for (int i = 0; i < 3; i++) {
          assertThrows(CompletionException.class, () -> record(bench, key, 2, "other").join());
        }
        assertTrue(bench.ledger.failure().orElseThrow().contains("the database went back"));
      }
    }
  }

  private static final String RECEIVED =
      "SELECT flush_lsn = pg_current_wal_flush_lsn() FROM pg_stat_replication";

  /** From now on a commit is reported only when the standby has it on its disk. */
  private static void waitForCommits(PostgresServer primary) {
    PostgresPlace admin = primary.place("postgres");
    PostgresServer.execute(admin, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    PostgresServer.execute(admin, "SELECT pg_reload_conf()");
    await(
        () ->
            primary
                .ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
                .equals("1"));
  }

  private static PostgresPlace both(PostgresPlace at, PostgresServer first, PostgresServer second) {
    return new PostgresPlace(
        "postgresql://127.0.0.1:"
            + first.port()
            + ",127.0.0.1:"
            + second.port()
            + "/"
            + PostgresServer.name(at),
        at.user(),
        null,
        null);
  }

  @Test
  @Timeout(120)
  void whereverTheLineIsCutWhatWasAdmittedIsThereAndItGoesOn() {
    PostgresServer server = PostgresServer.shared();
    PostgresPlace direct = server.newDatabase();
    try (CuttingProxy proxy = new CuttingProxy(server.port())) {
      PostgresPlace cut =
          new PostgresPlace(
              "postgresql://127.0.0.1:" + proxy.port() + "/" + PostgresServer.name(direct),
              direct.user(),
              null,
              null);
      try (LedgerBench bench = bench(cut, true)) {
        KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
        Random random = new Random(20261124);
        List<Recorded> admitted = new ArrayList<>();
        for (int version = 1; version <= 40; version++) {
          proxy.cutAfter(random.nextInt(6_000), version % 2 == 0);
          List<CompletableFuture<Recorded>> asked = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            asked.add(record(bench, key, version, "c" + i));
          }
          admitted.addAll(admitted(asked));
          proxy.cutAfter(Long.MAX_VALUE, true);
          assertEquals("admit", persistently(bench, key, version, "c0"));
        }
        assertOnRecord(bench, admitted);
        assertTrue(proxy.cuts() > 10, () -> "only " + proxy.cuts() + " cuts");
        assertTrue(admitted.size() > 100, () -> "only " + admitted.size() + " of 200 admitted");
      }
      assertSound(direct);
    }
  }

  @Test
  void aDatabaseThatTakesNoWritesIsSaidSoAndAfterwardsItGoesOn() {
    PostgresServer server = PostgresServer.shared();
    PostgresPlace place = server.newDatabase();
    String database = PostgresServer.name(place);
    try (LedgerBench bench = bench(place, true)) {
      KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      PostgresServer.execute(
          place, "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
      cutConnections(server, database);
      assertThrows(CompletionException.class, () -> record(bench, key, 1, "one").join());
      String failure = bench.ledger.failure().orElseThrow();
      assertTrue(failure.contains("takes no writes"), failure);
      PostgresServer.execute(
          server.place("postgres"),
          "ALTER DATABASE " + database + " RESET default_transaction_read_only");
      assertEquals("admit", persistently(bench, key, 1, "one"));
      assertEquals(Optional.empty(), bench.ledger.failure());
    }
    assertSound(place);
  }

  @Test
  void aFullDiskAdmitsNothingAndWhenThereIsRoomAgainItGoesOn(@TempDir Path directory)
      throws IOException, SQLException {
    assumeTrue(PostgresServer.isRoot(), "only root can mount a small file system");
    PostgresServer server = PostgresServer.shared();
    Path small = directory.resolve("small");
    Files.createDirectory(small);
    PostgresServer.run(
        List.of("mount", "-t", "tmpfs", "-o", "size=24m,mode=0777", "tmpfs", small.toString()));
    try {
      PostgresServer.run(List.of("chown", "postgres", small.toString()));
      PostgresServer.run(List.of("chmod", "755", directory.toString()));
      PostgresPlace admin = server.place("postgres");
      PostgresServer.execute(admin, "CREATE TABLESPACE small LOCATION '" + small + "'");
      PostgresServer.execute(admin, "CREATE DATABASE full_disk TABLESPACE small");
      PostgresPlace place = server.place("full_disk");
      // A full disk may take no new connection.
      try (Connection early =
              DriverManager.getConnection("jdbc:" + place.url(), place.user(), null);
          Statement statement = early.createStatement();
          LedgerBench bench = bench(place, true)) {
        KeyRecord key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
        fill(place);
        int version = 1;
        while (version < 2_000 && isAdmitted(bench, key, version)) {
          version++;
        }
        String failure = bench.ledger.failure().orElseThrow();
        assertTrue(failure.contains("No space left"), failure);
        statement.execute("DROP TABLE filler");
        assertEquals("admit", persistently(bench, key, version, "c"));
      }
      assertSound(place);
      PostgresServer.execute(admin, "DROP DATABASE full_disk");
      PostgresServer.execute(admin, "DROP TABLESPACE small");
    } finally {
      PostgresServer.run(List.of("umount", "-l", small.toString()));
    }
  }

  private static void fill(PostgresPlace place) {
    PostgresServer.execute(place, "CREATE TABLE filler (text TEXT)");
    for (int rows = 4_000; rows >= 1; rows /= 4) {
      String insert =
          "INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, " + rows + ")";
      try {
        while (true) {
          PostgresServer.execute(place, insert);
        }
      } catch (IllegalStateException e) {
        // So many do not fit any more; perhaps fewer do.
      }
    }
  }

  private static boolean isAdmitted(LedgerBench bench, KeyRecord key, int version) {
    try {
      return bench.verdict(bench.proposal(key, version, "c")).equals("admit");
    } catch (CompletionException e) {
      return false;
    }
  }

  private static void cutConnections(PostgresServer server, String database) {
    PostgresServer.execute(
        server.place("postgres"),
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"
            + database
            + "' AND application_name = 'chancery'");
  }

  private static LedgerBench bench(PostgresPlace place, boolean missing) {
    return new LedgerBench(
        new PostgresLedgerTest.InDatabase(place), PolicySettings.NOTARY, missing);
  }

  private static CompletableFuture<Recorded> record(
      LedgerBench bench, KeyRecord key, int version, String content) {
    return bench.ledger.record(bench.proposal(key, version, content), bench.policy, bench.now);
  }

  private static List<Recorded> admitted(List<CompletableFuture<Recorded>> asked) {
    List<Recorded> admitted = new ArrayList<>();
    for (CompletableFuture<Recorded> each : asked) {
      Recorded recorded = each.handle((done, failure) -> failure == null ? done : null).join();
      if (recorded != null) {
        admitted.add(recorded);
      }
    }
    return admitted;
  }

  /** Asks until the ledger can be written. */
  private static String persistently(
      LedgerBench bench, KeyRecord key, int version, String content) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      try {
        return bench.verdict(bench.proposal(key, version, content));
      } catch (CompletionException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "waited too long");
      Thread.onSpinWait();
    }
  }

  private static void assertOnRecord(LedgerBench bench, List<Recorded> admitted) {
    List<byte[]> rows = bench.rows();
    for (Recorded recorded : admitted) {
      ParsedRow row = ParsedRow.of(rows.get(Math.toIntExact(recorded.sequence())));
      assertEquals(
          recorded.proposal().metadata().canonical().sha256().hex(), row.text("canonicalSha256"));
      assertEquals("admitted", row.text("outcome"));
    }
  }

  private static void assertSound(PostgresPlace place) {
    LedgerReader reader = PostgresLedger.reader(place);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
  }
}
