package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.torture.Control;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The drill of docs/backup.md, with the program's own commands: the ledger is lost and comes back
 * from a backup, on the same token.
 */
class BackupDrillTest {
  /** Where a backup and its key are kept for ever: see docs/testing-the-ledger.md. */
  private static final String KEEP = "chancery.backups.keep";

  @TempDir Path directory;

  private final NotaryMetadata metadata = new NotaryMetadata(new Random(11));

  private void sign(ChildAppliance appliance, KeyInfo key, int version) {
    try (ChanceryClient client = appliance.client()) {
      byte[] timestamp = metadata.timestamp(metadata.newFile(), version);
      client.sign(Role.TIMESTAMP, new KeyChoice.ById(key.keyid()), timestamp, null);
    }
  }

  private static KeyInfo key(ChildAppliance appliance) {
    try (ChanceryClient client = appliance.client()) {
      return client.createKey(
          Dialect.NOTARY, new RepositoryName("drill/app"), Role.TIMESTAMP, Algorithm.ECDSA);
    }
  }

  private static ChildAppliance.Ended backup(
      ChildAppliance appliance, BackupRecipient recipient, Path out) {
    return appliance.run(
        "backup",
        "--dir",
        appliance.directory().toString(),
        "--server",
        appliance.rest().toString(),
        "--to",
        recipient.certificate().toString(),
        "--out",
        out.toString());
  }

  private static void assertEnded(int exitCode, ChildAppliance.Ended ended, String... says) {
    assertEquals(exitCode, ended.exitCode(), ended.output());
    for (String each : says) {
      assertTrue(ended.output().contains(each), () -> each + " in: " + ended.output());
    }
  }

  private static void assertVerifies(Path ledger) {
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(ledger)).findings());
  }

  @Test
  @Timeout(600)
  void aBackupUnderLoadComesBackRefusedAndGoesOnAfterAReBase() throws Exception {
    BackupRecipient recipient = BackupRecipient.make(directory);
    Path file = directory.resolve("monday.chancery");
    try (ChildAppliance appliance = ChildAppliance.init(directory);
        Crowd crowd = new Crowd(appliance, new Random(12))) {
      crowd.start();
      KeyInfo key = key(appliance);
      for (int version = 1; version <= 5; version++) {
        sign(appliance, key, version);
      }
      int before = crowd.answers().size();
      assertEnded(0, backup(appliance, recipient, file), "sealed by the audit key");
      assertTrue(crowd.answers().size() > before, "signing went on while the backup was made");
      crowd.stop();
      assertEquals(List.of(), crowd.surprises());
      for (int version = 6; version <= 8; version++) {
        sign(appliance, key, version);
      }
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      keep(file, recipient);

      Path lost = Files.move(appliance.ledger().getParent(), directory.resolve("lost"));
      assertEnded(
          0,
          appliance.run(
              "restore",
              "--key",
              recipient.key().toString(),
              "--config",
              appliance.directory().resolve("chancery.yaml").toString(),
              file.toString()),
          "THE TOKEN KNOWS MORE",
          "LEDGER_ROLLED_BACK",
          "chancery rebase ledger");
      assertBeginsWith(lost.resolve("ledger.db"), appliance.ledger());

      appliance.start();
      assertEquals("LEDGER_ROLLED_BACK", refusal(() -> sign(appliance, key, 9)));
      assertEnded(1, backup(appliance, recipient, directory.resolve("x")), "LEDGER_ROLLED_BACK");
      try (ChanceryClient operator = appliance.operator()) {
        assertTrue(operator.rebaseLedger("the drill") > 1, "keys are RESUMED");
      }
      assertEquals("VERSION_JUMP", refusal(() -> sign(appliance, key, 16)));
      sign(appliance, key, 9);
      assertEquals("VERSION_JUMP", refusal(() -> sign(appliance, key, 11)));
      sign(appliance, key, 10);
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      assertVerifies(appliance.ledger());
    }
  }

  private static String refusal(Runnable work) {
    ChanceryProblem problem = assertThrows(ChanceryProblem.class, work::run);
    assertTrue(problem.isRefusal(), problem.getMessage());
    return problem.control().orElse("");
  }

  /** All rows of the restored one but the last, which says that it was restored. */
  private static void assertBeginsWith(Path longer, Path restored) {
    LedgerReader whole = LedgerReader.of(longer);
    LedgerReader part = LedgerReader.of(restored);
    long last = part.head().sequence();
    assertTrue(last > 50 && last < whole.head().sequence(), last + " rows");
    for (long row = 0; row < last; row += 7) {
      assertArrayEquals(whole.row(row), part.row(row));
    }
    assertArrayEquals(whole.row(last - 1), part.row(last - 1));
    assertVerifies(restored);
  }

  private static void keep(Path file, BackupRecipient recipient) throws IOException {
    String place = System.getProperty(KEEP);
    if (place != null) {
      Path kept = Files.createDirectories(Path.of(place));
      String name = String.valueOf(file.getFileName());
      Files.copy(file, kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      Files.copy(
          recipient.key(),
          kept.resolve(name.replace(".chancery", ".key")),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  @Timeout(600)
  void aBackupWithNothingSignedSinceSignsAtOnceAndElsewhere() throws Exception {
    Path parent = directory.toRealPath();
    BackupRecipient recipient = BackupRecipient.make(parent);
    Path file = parent.resolve("node/monday.chancery");
    Path moved = parent.resolve("moved");
    Path tools = Files.createDirectory(parent.resolve("shims"));
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims)) {
      appliance.start();
      KeyInfo key = key(appliance);
      sign(appliance, key, 1);
      shims.control().writeFails(Control.ENOSPC);
      assertEnded(73, backup(appliance, recipient, file), "No space left", "nothing was left");
      shims.control().writeFails(0);
      try (Stream<Path> left = Files.list(appliance.directory())) {
        assertTrue(left.noneMatch(each -> each.toString().contains("monday")));
      }
      sign(appliance, key, 2);
      assertEnded(0, backup(appliance, recipient, file), "sealed by the audit key");
      String restored = moved.toString();
      String[] command = {
        "restore", "--key", recipient.key().toString(), file.toString(), restored
      };
      String[] over = command.clone();
      over[over.length - 1] = appliance.directory().toString();
      assertEnded(73, appliance.run(over), "in use by another process");
      appliance.kill();
      assertEnded(73, appliance.run(over), "never written over");
      assertEnded(0, appliance.run(command), "pins/user.pin", "was not looked at");
      assertEnded(73, appliance.run(command), "never written over");
      Files.delete(moved.resolve("ledger/ledger.db"));
      assertEnded(73, appliance.run(command), "is not empty");
      delete(moved);
      putBack(appliance.directory(), moved);
      assertEnded(0, ledgerOnly(appliance, recipient, file, moved), "a server signs at once");
      try (ChildAppliance there = appliance.in(moved)) {
        there.start();
        sign(there, key, 3);
        there.terminate();
        assertEquals(0, there.exitCode());
        assertVerifies(there.ledger());
      }
    }
  }

  private static ChildAppliance.Ended ledgerOnly(
      ChildAppliance appliance, BackupRecipient recipient, Path file, Path into) {
    return appliance.run(
        "restore",
        "--key",
        recipient.key().toString(),
        "--config",
        into.resolve("chancery.yaml").toString(),
        file.toString());
  }

  /** What is in no backup, and configuration; the ledger stays behind. */
  private static void putBack(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(each).toString();
        if (!name.startsWith("ledger/") && !name.startsWith("token/objects/")) {
          Files.createDirectories(to.resolve(name).getParent());
          Files.copy(each, to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Test
  @Timeout(600)
  void aBackupOfAnotherTokenIsNamed() throws Exception {
    BackupRecipient recipient = BackupRecipient.make(directory);
    Path file = directory.resolve("monday.chancery");
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    try (ChildAppliance appliance = ChildAppliance.init(directory);
        ChildAppliance other = ChildAppliance.init(elsewhere)) {
      assertEnded(69, backup(appliance, recipient, file), "nothing listens there", "--unsealed");
      assertEnded(
          0,
          appliance.run(
              "backup",
              "--unsealed",
              "--dir",
              appliance.directory().toString(),
              "--to",
              recipient.certificate().toString(),
              "--out",
              file.toString()),
          "NOT sealed");
      Files.delete(other.ledger());
      assertEnded(
          1, ledgerOnly(other, recipient, file, other.directory()), "is not sealed", "--unsealed");
      assertEnded(
          1,
          other.run(
              "restore",
              "--unsealed",
              "--key",
              recipient.key().toString(),
              "--config",
              other.directory().resolve("chancery.yaml").toString(),
              file.toString()),
          "the backup is for another token");
      assertTrue(Files.notExists(other.ledger()), "nothing was written");
    }
  }
}
