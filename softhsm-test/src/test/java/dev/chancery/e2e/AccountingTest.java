package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.chancery.torture.Control.Action;
import dev.chancery.torture.Control.Point;
import dev.chancery.torture.Journal.Event;
import dev.chancery.torture.Journal.Kind;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the token was asked to sign, by the shim before it, and what the ledger says of that: the
 * same while nothing crashes, and after a crash at most what was in flight more, each with its
 * admission. The process is killed, or stopped and let go on, at every step of the path.
 */
class AccountingTest {
  private static final List<String> SIGNING_KINDS =
      List.of("issued", "attempt-failed", "canary", "probe", "checkpoint", "key", "audit-key");

  @TempDir Path directory;

  private Path parent;
  private Path tools;

  @BeforeEach
  void makeDirectories() throws IOException {
    parent = directory.toRealPath();
    tools = Files.createDirectory(parent.resolve("shims"));
  }

  @Test
  @Timeout(120)
  void whileNothingCrashesEachSignatureHasItsRow() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims);
        Crowd crowd = new Crowd(appliance, new Random(5))) {
      crowd.start();
      Control.await(() -> crowd.answers().size() > 100, () -> "no load came about");
      crowd.stop();
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      LedgerRows rows = LedgerRows.read(appliance.ledger());
      long accounted = SIGNING_KINDS.stream().mapToLong(kind -> rows.rows(kind).size()).sum();
      assertEquals(accounted, shims.control().signs(), "C_Sign calls");
      assertTrue(crowd.answers().size() <= rows.admissions());
      Figures.of(
          AccountingTest.class,
          Map.of("C_Sign calls", shims.control().signs() + ", each with its row"));
    }
  }

  @Test
  @Timeout(240)
  void killedAtEachStepOfThePathNoSignatureIsWithoutItsAdmission() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims);
        Crowd crowd = new Crowd(appliance, new Random(6))) {
      crowd.start();
      List<String> inFlight = new ArrayList<>();
      int round = 0;
      for (Point point : Point.OF_A_SIGNATURE) {
        Thread.sleep(200);
        shims.control().at(point, 3, Action.KILL);
        shims.control().awaitActed(++round);
        appliance.kill();
        crowd.restart();
        inFlight.add(point + " " + account(appliance, shims));
      }
      crowd.stop();
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      account(appliance, shims);
      assertEquals(List.of(), crowd.surprises());
      Figures.of(
          AccountingTest.class,
          Map.of("signatures without their issued row after a kill at", "" + inFlight));
    }
  }

  @Test
  @Timeout(240)
  void stoppedAtEachStepAndLetGoOnItIsAsIfNothingHadBeen() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims);
        Crowd crowd = new Crowd(appliance, new Random(7))) {
      crowd.start();
      int round = 0;
      for (Point point : Point.OF_A_SIGNATURE) {
        Thread.sleep(200);
        shims.control().at(point, 3, Action.STOP);
        shims.control().awaitActed(++round);
        Thread.sleep(400);
        goOn(appliance);
      }
      crowd.stop();
      appliance.terminate();
      assertEquals(0, appliance.exitCode());
      LedgerRows rows = LedgerRows.read(appliance.ledger());
      assertEquals(List.of(), rows.faults());
      assertEquals(List.of(), crowd.surprises());
      long accounted = SIGNING_KINDS.stream().mapToLong(kind -> rows.rows(kind).size()).sum();
      assertEquals(accounted, shims.control().signs(), "C_Sign calls");
    }
  }

  @Test
  @Timeout(120)
  void aWrongSignatureOfTheTokenIsNotGivenOutAndSuspendsItsKeys() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims)) {
      appliance.start();
      NotaryMetadata metadata = new NotaryMetadata(new Random(8));
      try (ChanceryClient client = appliance.client()) {
        KeyInfo key =
            client.createKey(
                Dialect.NOTARY,
                new RepositoryName("load.test/wrong"),
                Role.TIMESTAMP,
                Algorithm.ECDSA);
        KeyChoice choice = new KeyChoice.ById(key.keyid());
        client.sign(Role.TIMESTAMP, choice, metadata.timestamp(metadata.newFile(), 1), null);
        shims.control().signFault(Control.WRONG_SIGNATURE);
        assertFalse(refused(client, choice, metadata.timestamp(metadata.newFile(), 2)).isRefusal());
        shims.control().signFault(0);
        ChanceryProblem after = refused(client, choice, metadata.timestamp(metadata.newFile(), 2));
        assertTrue(String.valueOf(after.getMessage()).contains("KEY_SUSPENDED"));
      }
      LedgerRows rows = LedgerRows.read(appliance.ledger());
      assertEquals(1, rows.rows("issued").size());
      assertEquals(
          "SIGNATURE_INVALID", rows.rows("attempt-failed").getFirst().get("failure").asText());
    }
  }

  private static ChanceryProblem refused(ChanceryClient client, KeyChoice choice, byte[] bytes) {
    return assertThrows(
        ChanceryProblem.class, () -> client.sign(Role.TIMESTAMP, choice, bytes, null));
  }

  /** Each text that the token was asked to sign was admitted; how many have no issued row. */
  private static int account(ChildAppliance appliance, Shims shims) {
    // The load goes on: what the journal has now must be in rows that are read later.
    List<Event> events = shims.journal().events();
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(appliance.ledger())).findings());
    LedgerRows rows = LedgerRows.read(appliance.ledger());
    assertEquals(List.of(), rows.faults());
    Map<String, String> keys = new HashMap<>();
    for (JsonNode key : rows.rows("key")) {
      keys.put(key.path("tokenKeyId").asText(), key.get("keyid").asText());
    }
    Map<String, Set<String>> without = new HashMap<>();
    Set<String> unissued = new HashSet<>();
    Set<String> admitted = rows.admittedContents();
    Set<String> signed = rows.signedContents();
    for (Event event : events) {
      // An audit key signs checkpoints, which no decision admits; each has a row of its own.
      if (event.kind() == Kind.SIGN_BEGIN && !event.name().startsWith("audit-")) {
        String content = keys.get(event.name()) + " " + HexFormat.of().formatHex(event.data());
        if (!admitted.contains(content)) {
          without.computeIfAbsent(event.name(), key -> new HashSet<>()).add(content);
        } else if (!signed.contains(content)) {
          unissued.add(content);
        }
      }
    }
    // A key's certificate is the one text that no decision admits.
    without.forEach((key, contents) -> assertEquals(1, contents.size(), () -> key + contents));
    return unissued.size();
  }

  private static void goOn(ChildAppliance appliance) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-CONT", String.valueOf(appliance.pid())).start().waitFor();
  }
}
