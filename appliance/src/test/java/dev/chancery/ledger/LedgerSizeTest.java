package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.policy.PolicySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What a signature takes on the disk, all told: docs/ledger-format.md has the figures. */
class LedgerSizeTest {
  private static final int KEYS = 20;
  private static final int VERSIONS = 100;
  private static final int BYTES_A_SIGNATURE = 600;

  @TempDir Path directory;

  @Test
  void aTimestampsTwoRowsTakeNoMoreThan600Bytes(TestReporter reporter) throws Exception {
    Path file = directory.resolve("ledger.db");
    try (LedgerBench bench = new LedgerBench(file, PolicySettings.NOTARY)) {
      fill(bench);
    }
    Map<String, String> figures = new TreeMap<>();
    long rows = 0;
    try (Connection connection = Sqlite.openForReading(file);
        PreparedStatement sizes =
            connection.prepareStatement("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name");
        ResultSet size = sizes.executeQuery()) {
      while (size.next()) {
        figures.put(size.getString(1), perSignature(size.getLong(2)));
        rows += size.getString(1).equals("ledger_row") ? size.getLong(2) : 0;
      }
    }
    figures.put("the whole file", perSignature(Files.size(file)));
    reporter.publishEntry(figures);
    long each = rows / (KEYS * VERSIONS);
    assertTrue(each > 200 && each <= BYTES_A_SIGNATURE, () -> "rows: " + each + " bytes");
  }

  private static String perSignature(long bytes) {
    return bytes / (KEYS * VERSIONS) + " bytes a signature";
  }

  private static void fill(LedgerBench bench) {
    Random random = new Random(1);
    List<KeyRecord> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add(bench.key(new RepositoryName("registry.example/team/app-" + i), Role.TIMESTAMP));
    }
    for (int version = 1; version <= VERSIONS; version++) {
      bench.now = bench.now.plus(Duration.ofNanos(1_234_567_000L * 60));
      List<CompletableFuture<Void>> issued = new ArrayList<>();
      for (KeyRecord key : keys) {
        byte[] signature = new byte[64];
        random.nextBytes(signature);
        issued.add(
            bench
                .ledger
                .record(
                    bench.proposal(key, version, "snapshot " + version), bench.policy, bench.now)
                .thenCompose(
                    recorded ->
                        bench.ledger.issued(
                            recorded, new RawSignature(signature), null, bench.now)));
      }
      issued.forEach(CompletableFuture::join);
    }
  }
}
