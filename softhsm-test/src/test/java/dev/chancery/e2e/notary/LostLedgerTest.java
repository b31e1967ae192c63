package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandRun;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk with the ledger is lost, and a backup from before the newest versions is put back. */
@ChanceryServer
@WithNotaryServer
class LostLedgerTest {
  private final Chancery chancery;
  private final NotaryStack stack;
  private final NotaryCli publisher;
  private final Path desk;
  private final Operator operator;

  LostLedgerTest(Chancery chancery, NotaryStack stack, @TempDir Path desk) {
    this.chancery = chancery;
    this.stack = stack;
    this.publisher = stack.newUser();
    this.desk = desk;
    this.operator = new Operator(chancery, stack, desk);
  }

  private int served(String gun, String role) {
    return Math.toIntExact(new ServedFiles(stack.server(), gun).newestVersion(role));
  }

  private void publish(String gun, String target) {
    publisher.ok("add", gun, target, publisher.file("c", target).toString());
    Publisher.publishPersistently(publisher, gun);
  }

  @Test
  void whatALedgerLostIsListedAndIsTakenOverFromWhatIsServed() {
    String gun = "localhost:5000/reconcile/ledger";
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publish(gun, "v1");
    Path ledger = chancery.ledgerFile();
    Path backup = desk.resolve("ledger.db");
    chancery.restart(() -> copy(ledger, backup));
    int timestamp = served(gun, "timestamp");
    for (int i = 2; i <= 4; i++) {
      publish(gun, "v" + i);
    }
    chancery.restart(() -> copy(backup, ledger));

    assertEquals(
        List.of(
            "not-issued-here timestamp %d no row; the watermark is %d"
                .formatted(timestamp + 3, timestamp),
            "not-issued-here snapshot %d no row; the watermark is %d"
                .formatted(served(gun, "snapshot"), served(gun, "snapshot") - 3)),
        operator.drift(gun));
    assertEquals(0, operator.onServer("rebase", "ledger", "--reason", "disk lost").exitCode());
    CommandRun prepared =
        operator.onServer(
            "rebase",
            "prepare",
            "--repository",
            gun,
            "--trust-server",
            stack.server().uri().toString(),
            "--trust-server-ca",
            chancery.tls("ca.crt").toString(),
            "--out",
            "raise.json");
    assertEquals(0, prepared.exitCode(), prepared::toString);
    operator.apply("raise.json");
    assertEquals(List.of(), operator.drift(gun));
    String clean = operator.reconciled(gun).output();
    assertTrue(clean.contains("what is served is what was issued"), clean);
    publish(gun, "v5");
    stack.assertServes(gun, "v5", "v5");
    assertEquals(List.of(), operator.drift(gun));
  }

  private static void copy(Path from, Path to) {
    try {
      Files.deleteIfExists(to.resolveSibling(to.getFileName() + "-wal"));
      Files.deleteIfExists(to.resolveSibling(to.getFileName() + "-shm"));
      Files.deleteIfExists(to);
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
