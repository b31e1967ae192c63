package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.chancery.ledger.PostgresLedger;
import dev.chancery.ledger.PostgresPlace;
import dev.chancery.ledger.PostgresServer;
import dev.chancery.torture.Control;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one database and one token: whichever is asked, it is one signer. */
class TwoNodesTest {
  private static final List<String> SIGNING_KINDS =
      List.of("issued", "attempt-failed", "canary", "probe", "checkpoint", "key", "audit-key");

  @TempDir Path directory;

  private PostgresPlace place;
  private Path parent;
  private Path tools;

  @BeforeEach
  void newDatabase() throws IOException {
    place = PostgresServer.shared().newDatabase();
    parent = directory.toRealPath();
    tools = Files.createDirectory(parent.resolve("shims"));
  }

  private ChildAppliance init(Shims shims) {
    return ChildAppliance.elsewhere(
        parent, shims, "--ledger-url", place.url(), "--ledger-user", place.user());
  }

  @Test
  @Timeout(120)
  void aKeyOfOneIsTheOthersToo() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance first = init(shims);
        ChildAppliance second = first.another()) {
      first.start();
      second.start();
      try (ChanceryClient one = first.client();
          ChanceryClient two = second.client();
          ChanceryClient operator = second.operator()) {
        RepositoryName repository = new RepositoryName("nodes.test/app");
        KeyInfo key = one.createKey(Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA);
        KeyChoice choice = new KeyChoice.ById(key.keyid());
        NotaryMetadata metadata = new NotaryMetadata(new Random(1));
        assertEquals(key.keyid(), two.key(key.keyid()).keyid());
        assertEquals(
            key.keyid(),
            two.createKey(Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA).keyid());
        byte[] first1 = metadata.timestamp(metadata.newFile(), 1);
        var signed = two.sign(Role.TIMESTAMP, choice, first1, null);
        assertTrue(PublishedKey.of(key).verifies(first1, signed));
        assertEquals(signed.sig(), one.sign(Role.TIMESTAMP, choice, first1, null).sig());
        operator.freezeKey(key.keyid(), "two nodes");
        ChanceryProblem frozen = refused(one, choice, metadata.timestamp(metadata.newFile(), 2));
        assertTrue(String.valueOf(frozen.getMessage()).contains("KEY_FROZEN"), frozen::toString);
        assertEquals(
            3,
            makeAtOnce(one, two, new RepositoryName("nodes.test/other")),
            "three roles and repositories, and one key for each");
      }
    }
  }

  /** Both are asked for the same keys at once; how many keys come about. */
  private static long makeAtOnce(ChanceryClient one, ChanceryClient two, RepositoryName stem) {
    List<CompletableFuture<KeyInfo>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        RepositoryName repository = new RepositoryName(stem.value() + i);
        for (ChanceryClient node : List.of(one, two, one, two)) {
          asked.add(
              CompletableFuture.supplyAsync(
                  () -> node.createKey(Dialect.NOTARY, repository, Role.SNAPSHOT, Algorithm.ECDSA),
                  threads));
        }
      }
      return asked.stream().map(each -> each.join().keyid()).distinct().count();
    }
  }

  private static ChanceryProblem refused(ChanceryClient client, KeyChoice choice, byte[] bytes) {
    try {
      client.sign(Role.TIMESTAMP, choice, bytes, null);
    } catch (ChanceryProblem e) {
      return e;
    }
    throw new AssertionError("it was signed");
  }

  @Test
  @Timeout(120)
  void askedForTheSameVersionsAtOnceEachIsNewOnceAndEachSignatureHasItsRow() throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance first = init(shims);
        ChildAppliance second = first.another()) {
      first.start();
      second.start();
      try (ChanceryClient one = first.client();
          ChanceryClient two = second.client()) {
        KeyInfo key =
            one.createKey(
                Dialect.NOTARY,
                new RepositoryName("nodes.test/app"),
                Role.TIMESTAMP,
                Algorithm.ECDSA);
        hammer(key, 20, one, two);
      }
      first.terminate();
      second.terminate();
      assertEquals(0, first.exitCode());
      assertEquals(0, second.exitCode());
      LedgerRows rows = sound();
      List<Long> advances =
          rows.rows("decision").stream()
              .filter(row -> row.get("outcome").asText().equals("admitted"))
              .filter(row -> row.path("watermarkBefore").asLong(0) < row.get("version").asLong())
              .map(row -> row.get("version").asLong())
              .toList();
      assertEquals(Stream.iterate(1L, version -> version + 1).limit(20).toList(), advances);
      long accounted = SIGNING_KINDS.stream().mapToLong(kind -> rows.rows(kind).size()).sum();
      assertEquals(accounted, shims.control().signs(), "C_Sign calls");
      List<Long> epochs = rows.rows("checkpoint").stream().map(TwoNodesTest::epoch).toList();
      assertTrue(epochs.size() >= 2, () -> "checkpoints of epochs " + epochs);
    }
  }

  private static long epoch(JsonNode checkpoint) {
    return checkpoint.get("epoch").asLong();
  }

  /** Each version by four requests at once, two to each node, of two contents. */
  private static void hammer(KeyInfo key, int versions, ChanceryClient one, ChanceryClient two) {
    NotaryMetadata metadata = new NotaryMetadata(new Random(2));
    KeyChoice choice = new KeyChoice.ById(key.keyid());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int version = 1; version <= versions; version++) {
        byte[] some = metadata.timestamp(metadata.newFile(), version);
        byte[] others = metadata.timestamp(metadata.newFile(), version);
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (ChanceryClient node : List.of(one, two)) {
          for (byte[] bytes : List.of(some, others)) {
            asked.add(
                CompletableFuture.supplyAsync(
                    () ->
                        PublishedKey.of(key)
                            .verifies(bytes, node.sign(Role.TIMESTAMP, choice, bytes, null)),
                    threads));
          }
        }
        asked.forEach(each -> assertTrue(each.join()));
      }
    }
  }

  @Test
  @Tag("nightly")
  @Timeout(300)
  void oneIsKilledAgainAndAgainAndTheOtherGoesOn(TestReporter reporter) throws Exception {
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance steady = init(shims);
        ChildAppliance killed = steady.another()) {
      steady.start();
      killed.start();
      Random random = new Random(3);
      List<TrustServer> servers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      try (ChanceryClient one = steady.client()) {
        ChanceryClient[] two = {killed.client()};
        for (int i = 0; i < 3; i++) {
          Random own = new Random(random.nextLong());
          Supplier<ChanceryClient> either = () -> own.nextBoolean() ? one : two[0];
          TrustServer server = new TrustServer("nodes.test/" + i, either, own);
          servers.add(server);
          threads.add(Thread.ofPlatform().start(server));
        }
        for (int i = 0; i < 3; i++) {
          Thread.sleep(700);
          killed.kill();
          int answered = answers(servers);
          Control.await(() -> answers(servers) > answered + 3, () -> "the other does not go on");
          killed.start();
          two[0] = killed.client();
        }
        Thread.sleep(500);
        servers.forEach(TrustServer::stop);
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(
            List.of(), servers.stream().flatMap(each -> each.surprises().stream()).toList());
        LedgerRows rows = sound();
        servers.stream()
            .flatMap(each -> each.answers().stream())
            .forEach(
                each -> {
                  assertTrue(each.verifies());
                  assertTrue(
                      rows.admits(
                          each.answer().sequence(),
                          each.key().keyid().hex(),
                          each.answer().version(),
                          each.digest()));
                });
        reporter.publishEntry("answers", String.valueOf(answers(servers)));
      }
    }
  }

  private static int answers(List<TrustServer> servers) {
    return servers.stream().mapToInt(each -> each.answers().size()).sum();
  }

  private LedgerRows sound() {
    LedgerReader reader = PostgresLedger.reader(place);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
    LedgerRows rows = LedgerRows.read(reader);
    assertEquals(List.of(), rows.faults());
    return rows;
  }
}
