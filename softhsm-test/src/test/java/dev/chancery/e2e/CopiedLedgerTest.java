package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.NoteKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.torture.Control;
import dev.chancery.torture.Control.Action;
import dev.chancery.torture.Control.Point;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ledgers that were restored, cut off, copied, forked or exchanged, each under a real process with
 * a real token: {@code LEDGER_ROLLED_BACK}, and not one C_Sign. A shim before the token counts
 * these, over all processes.
 */
@Timeout(180)
class CopiedLedgerTest {
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  @TempDir Path directory;

  private final NotaryMetadata metadata = new NotaryMetadata(new Random(11));
  private final HttpClient http = HttpClient.newHttpClient();
  private Shims shims;
  private ChildAppliance node;
  private TokenObjects objects;
  private KeyInfo key;

  @BeforeEach
  void startOne() throws IOException {
    Path parent = directory.toRealPath();
    shims = new Shims(Files.createDirectory(parent.resolve("shims")), parent.resolve("node"));
    node = ChildAppliance.watched(parent, shims);
    objects = new TokenObjects(node.directory());
    node.start();
    key = createKey(node, "copies.test/app");
    assertEquals(1, sign(node, 1));
  }

  @AfterEach
  void end() {
    node.close();
    shims.close();
  }

  private static KeyInfo createKey(ChildAppliance at, String repository) {
    try (ChanceryClient client = at.client()) {
      return client.createKey(
          Dialect.NOTARY, new RepositoryName(repository), Role.TIMESTAMP, Algorithm.ECDSA);
    }
  }

  private long sign(ChildAppliance at, int version) {
    try (ChanceryClient client = at.client()) {
      return client
          .sign(
              Role.TIMESTAMP,
              new KeyChoice.ById(key.keyid()),
              metadata.timestamp(metadata.newFile(), version),
              null)
          .version();
    }
  }

  private static void stop(ChildAppliance at) {
    at.terminate();
    assertEquals(0, at.exitCode());
  }

  private HttpResponse<String> get(ChildAppliance at, String path)
      throws IOException, InterruptedException {
    URI uri = at.probes().resolve(path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  /** Nothing is signed and no key is made, everybody is told why, and the token is not asked. */
  private void assertRefused(ChildAppliance at, String why) throws Exception {
    long signs = shims.control().signs();
    ChanceryProblem refused = assertThrows(ChanceryProblem.class, () -> sign(at, 99));
    assertEquals("LEDGER_ROLLED_BACK", refused.control().orElseThrow());
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    ChanceryProblem noKey =
        assertThrows(ChanceryProblem.class, () -> createKey(at, "copies.test/other"));
    assertEquals("LEDGER_ROLLED_BACK", noKey.control().orElseThrow());
    assertEquals(signs, shims.control().signs(), "C_Sign calls");
    HttpResponse<String> ready = get(at, "/readyz");
    assertEquals(503, ready.statusCode());
    assertTrue(ready.body().contains("\"binding\",\"ok\":false"), ready.body());
    assertTrue(ready.body().contains(why), ready.body());
    assertTrue(get(at, "/metrics").body().contains("chancery_ledger_bound 0.0"));
    try (ChanceryClient operator = at.operator()) {
      assertFalse(operator.watermarks(null) == null, "what is known can be looked at");
    }
  }

  private void restore(Path saved) throws IOException {
    for (String end : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(Path.of(node.ledger() + end));
    }
    Files.copy(saved, node.ledger(), StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void anOldCopyAndOneThatWasCutOffSignNothingUntilAnOperatorLetsItGoOn() throws Exception {
    sign(node, 2);
    stop(node);
    Path old = directory.resolve("monday.db");
    Files.copy(node.ledger(), old);
    node.start();
    sign(node, 3);
    sign(node, 4);
    node.kill();
    restore(old);
    long before = shims.control().signs();
    node.start();
    assertRefused(node, "a copy, or restored");
    assertEquals(before, shims.control().signs(), "C_Sign calls from the start on");

    try (ChanceryClient operator = node.operator()) {
      assertEquals(1, operator.rebaseLedger("the disk was lost, backup of Monday"));
    }
    assertEquals(9, sign(node, 9), "RESUMED: a jump of up to ten, once");
    assertEquals(
        "VERSION_JUMP",
        assertThrows(ChanceryProblem.class, () -> sign(node, 19)).control().orElseThrow());
    assertEquals(200, get(node, "/readyz").statusCode());
    assertEquals(1, LedgerRows.read(node.ledger()).rows("ledger-re-base").size());

    stop(node);
    long last = LedgerReader.of(node.ledger()).head().sequence();
    node.sqlite(
        "DROP TRIGGER ledger_row_is_append_only_delete",
        "DELETE FROM ledger_row WHERE sequence > " + (last - 3));
    node.start();
    assertRefused(node, "the later ones are gone");
  }

  @Test
  void ofTwoNodesOnTwoCopiesTheEarlierStopsAndNoThirdOneSignsWhateverItsLedger(
      TestReporter reporter) throws Exception {
    try (ChildAppliance second = node.copy("second");
        ChildAppliance third = node.copy("third")) {
      second.start();
      long began = System.nanoTime();
      assertEquals(2, sign(second, 2));
      Control.await(
          () -> {
            try {
              sign(node, 2);
              return false;
            } catch (ChanceryProblem e) {
              return e.control().equals(java.util.Optional.of("LEDGER_ROLLED_BACK"));
            }
          },
          () -> "the earlier node never stopped");
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      reporter.publishEntry("the earlier of two copies stopped after", took.toMillis() + " ms");
      assertTrue(took.compareTo(LOOK_INTERVAL.plusSeconds(5)) < 0, took.toString());
      assertRefused(node, "a copy, or restored");
      assertEquals(3, sign(second, 3));

      // A configuration that points to the same token and a ledger of its own.
      Files.delete(third.ledger());
      SqliteLedger.create(third.ledger(), "f".repeat(32), Instant.now());
      third.start();
      assertOtherLedger(third);
      assertEquals(4, sign(second, 4));
      assertForkIsNamed(second);
    }
  }

  /** A copy that grows by itself, while the token has learnt of more than was copied. */
  private void assertForkIsNamed(ChildAppliance right) throws Exception {
    try (ChildAppliance fork = right.copy("fork")) {
      sign(right, 5);
      try (ChanceryClient operator = right.operator()) {
        operator.makeCheckpoint();
      }
      right.kill();
      fork.start();
      // Its refusals are rows too, so it gets as long as the ledger that the token knows.
      Control.await(
          () -> {
            ChanceryProblem no = assertThrows(ChanceryProblem.class, () -> sign(fork, 6));
            return String.valueOf(no.getMessage()).contains("is another one: a fork");
          },
          () -> "it was never called a fork");
      assertRefused(fork, "is another one: a fork");
    }
    right.start();
    assertEquals(6, sign(right, 6), "the right one goes on");
  }

  private void assertOtherLedger(ChildAppliance third) throws Exception {
    long signs = shims.control().signs();
    ChanceryProblem refused =
        assertThrows(ChanceryProblem.class, () -> createKey(third, "copies.test/app"));
    assertEquals("LEDGER_ROLLED_BACK", refused.control().orElseThrow());
    String id = LedgerReader.of(node.ledger()).head().ledgerId();
    assertTrue(
        String.valueOf(refused.getMessage()).contains("is of another ledger, \"" + id + "\"")
            || String.valueOf(refused.getMessage()).contains("is of another ledger, " + id),
        refused.getMessage());
    assertEquals(503, get(third, "/readyz").statusCode());
    assertEquals(signs, shims.control().signs(), "C_Sign calls");
  }

  @Test
  void underLoadTheTokenIsNeverFarBehindAndNeitherTwoObjectsNorAForeignOneBrickIt(
      TestReporter reporter) throws Exception {
    stop(node);
    long most = 0;
    try (Crowd crowd = new Crowd(node, new Random(12))) {
      crowd.start();
      long rows = 0;
      while (rows < 2_500) {
        Thread.sleep(200);
        long known = inToken().treeSize();
        rows = LedgerReader.of(node.ledger()).head().sequence() + 1;
        most = Math.max(most, rows - known);
      }
      shims.control().at(Point.OBJECT_MADE, 1, Action.KILL);
      shims.control().awaitActed(1);
      node.kill();
      assertEquals(2, objects.count(), "the new one and the old one");
      node.start();
      assertEquals(1, objects.count());
      crowd.stop();
    }
    // Each decision that is admitted has an issued row too.
    assertTrue(most / 2 <= 1_000, most + " rows behind");
    reporter.publishEntry("rows that the token was behind at most", String.valueOf(most));
    LedgerRows rows = LedgerRows.read(node.ledger());
    assertEquals(List.of(), rows.faults());
    assertEquals(3, inToken().epoch(), "that of the newest start");
    assertAForeignCheckpointStopsSigningAndBricksNothing();
  }

  private Checkpoint inToken() {
    LedgerReader reader = LedgerReader.of(node.ledger());
    String id = reader.head().ledgerId();
    List<NoteKey> keys = reader.auditKeys().stream().map(each -> each.noteKey(id)).toList();
    return Checkpoint.open(objects.read(), keys).checkpoint();
  }

  private void assertAForeignCheckpointStopsSigningAndBricksNothing() throws Exception {
    Checkpoint good = inToken();
    byte[] foreign = foreign(good);
    objects.add(foreign);
    node.start();
    assertEquals(2, sign(node, 2), "beside the good one it is a write that was cut off");
    assertEquals(1, objects.count());
    stop(node);
    objects.delete();
    objects.add(foreign);
    node.start();
    assertRefused(node, "not signed by a known audit key");
    assertEquals(1, objects.count(), "evidence is left where it is");
    try (ChanceryClient operator = node.operator()) {
      operator.rebaseLedger("somebody wrote into the token");
    }
    assertEquals(3, sign(node, 3));
    assertEquals(good.ledgerId(), inToken().ledgerId());
  }

  /** The same text, signed by somebody else under the ledger's name. */
  private static byte[] foreign(Checkpoint good) throws Exception {
    KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Checkpoint later =
        new Checkpoint(
            good.ledgerId(),
            good.treeSize(),
            good.rootHash(),
            good.headHash(),
            good.epoch() + 7,
            good.time());
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(stranger.getPrivate());
    signature.update(later.text().getBytes(UTF_8));
    NoteKey name =
        NoteKey.of(good.ledgerId(), Algorithm.ED25519, stranger.getPublic().getEncoded());
    return later.signed(name, new RawSignature(signature.sign())).bytes();
  }
}
