package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.backup.Backup;
import dev.chancery.backup.RecipientKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerRestore;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.SqliteLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups that older versions made, each with the private key it was made for: whatever changes,
 * they are restored. One is added with each version of the format or of the ledger
 * (docs/testing-the-ledger.md) and none is ever taken away or changed.
 */
class OldBackupsTest {
  @TempDir Path directory;

  static List<Path> backups() {
    try {
      Path all =
          Path.of(
              Objects.requireNonNull(OldBackupsTest.class.getResource("backups"), "there are some")
                  .toURI());
      try (Stream<Path> files = Files.list(all)) {
        return files.filter(file -> file.toString().endsWith(".chancery")).sorted().toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void thereIsOneOfTheFirstVersion() {
    assertTrue(backups().stream().anyMatch(each -> each.toString().contains("v1-")));
  }

  @ParameterizedTest
  @MethodSource("backups")
  void anOldBackupIsRestored(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    RecipientKey key =
        RecipientKey.read(
            file.resolveSibling(name.replace(".chancery", ".key")),
            () -> {
              throw new AssertionError("the key has no passphrase");
            });
    Backup backup = Backup.verify(file, key, List.of());
    assertTrue(backup.sealed().isPresent());
    assertFalse(backup.files().isEmpty());
    Path restored = directory.resolve("ledger.db");
    try (LedgerRestore into = LedgerRestore.into(restored)) {
      backup.restore(into);
      into.finish(name, backup.time());
    }
    LedgerReader reader = LedgerReader.of(restored);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
    assertEquals(backup.headHash(), reader.rowHash(backup.rowCount() - 1).orElseThrow());
    try (SqliteLedger ledger = SqliteLedger.open(restored, Clock.systemUTC())) {
      assertFalse(ledger.watermarks().isEmpty());
      ledger.operatorAction("CN=operator", "test", "it can be written", backup.time()).join();
    }
  }
}
