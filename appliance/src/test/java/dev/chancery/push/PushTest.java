package dev.chancery.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.config.CheckpointsConfig;
import dev.chancery.config.PushHttpConfig;
import dev.chancery.signing.KeptCheckpoint;
import dev.chancery.testing.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints go to places elsewhere, whatever becomes of these meanwhile. */
@Timeout(30)
class PushTest {
  private static final String LEDGER = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  private static SignedCheckpoint checkpoint(long size, long epoch) {
    Checkpoint stated =
        new Checkpoint(
            LEDGER,
            size,
            Sha256.of(new byte[] {1}),
            Sha256.of(new byte[] {2}),
            epoch,
            Instant.parse("2026-03-01T12:00:00Z"));
    return new SignedCheckpoint(
        stated,
        new SignedNote(stated.text(), List.of(new SignedNote.Signature(LEDGER, new byte[68]))));
  }

  /** Says no as often as it was told to, then yes. */
  private static final class Moody implements PushTarget {
    final BlockingQueue<Long> taken = new LinkedBlockingQueue<>();
    final AtomicInteger refusals = new AtomicInteger();

    @Override
    public String name() {
      return "moody";
    }

    @Override
    public void push(SignedCheckpoint checkpoint) throws IOException {
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IOException("not now");
      }
      taken.add(checkpoint.checkpoint().treeSize());
    }
  }

  @Test
  void whatIsNotTakenIsTriedAgainAndTheNewestIsWhatCounts() throws InterruptedException {
    Moody target = new Moody();
    target.refusals.set(3);
    try (Push push = Push.start(target, Duration.ofMillis(20))) {
      push.offer(checkpoint(10, 1));
      while (push.failures() == 0) {
        Thread.sleep(1);
      }
      assertTrue(push.problem().orElseThrow().contains("not now"));
      push.offer(checkpoint(20, 1));
      assertEquals(20, target.taken.poll(10, TimeUnit.SECONDS));
      push.offer(checkpoint(30, 1));
      assertEquals(30, target.taken.poll(10, TimeUnit.SECONDS));
      assertEquals(3, push.failures());
    }
    assertTrue(target.taken.isEmpty());
  }

  @Test
  void theLastOneIsTriedOnceMoreAtTheEnd() {
    Moody target = new Moody();
    target.refusals.set(1);
    Push push = Push.start(target, Duration.ofHours(1));
    push.offer(checkpoint(10, 1));
    while (push.failures() == 0) {
      Thread.onSpinWait();
    }
    push.offer(checkpoint(11, 1));
    push.close();
    assertEquals(List.of(11L), List.copyOf(target.taken));
  }

  @Test
  void aDirectoryGetsAWholeFileForEachAndTheirNamesSortAsTheyFollowEachOther() throws IOException {
    DirectoryTarget target = new DirectoryTarget(directory);
    for (SignedCheckpoint each :
        List.of(checkpoint(9, 1), checkpoint(1_000_000, 1), checkpoint(10, 2))) {
      target.push(each);
      target.push(each);
    }
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    assertEquals(
        List.of(
            LEDGER + "-000001-000000000009.txt",
            LEDGER + "-000001-000001000000.txt",
            LEDGER + "-000002-000000000010.txt"),
        names);
    assertEquals(directory.resolve(names.getLast()), target.newest(LEDGER).orElseThrow());
    assertEquals(
        checkpoint(10, 2).note().toString(), Files.readString(directory.resolve(names.getLast())));
    assertTrue(target.newest("f".repeat(32)).isEmpty());
  }

  @Test
  void aFileThatIsThereIsEvidenceAndNotWrittenOver() throws IOException {
    DirectoryTarget target = new DirectoryTarget(directory);
    target.push(checkpoint(9, 1));
    Path file = target.newest(LEDGER).orElseThrow();
    Files.writeString(file, "of another copy");
    assertThrows(IOException.class, () -> target.push(checkpoint(9, 1)));
    assertEquals("of another copy", Files.readString(file));
  }

  @Test
  void aDirectoryThatIsNotThereIsAFailure() {
    DirectoryTarget target = new DirectoryTarget(directory.resolve("not mounted"));
    assertThrows(IOException.class, () -> target.push(checkpoint(9, 1)));
    assertFalse(Files.exists(directory.resolve("not mounted")));
  }

  private static HttpServer serve(HttpServer server, List<String> bodies, int... statuses) {
    server.createContext(
        "/c",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          int status = statuses[Math.min(bodies.size(), statuses.length) - 1];
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static PushHttpConfig http(String scheme, HttpServer server, @Nullable Path ca) {
    URI url = URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/c");
    return new PushHttpConfig(url, ca, null, null, Duration.ofSeconds(5));
  }

  @Test
  void anHttpServerGetsTheNoteAndOnlyAnAnswerFrom200To299IsAYes() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer server = serve(HttpServer.create(free(), 0), bodies, 500, 302, 204);
    try (HttpTarget target = HttpTarget.open(http("http", server, null))) {
      assertEquals(
          "answered 500",
          assertThrows(IOException.class, () -> target.push(checkpoint(9, 1))).getMessage());
      assertEquals(
          "answered 302",
          assertThrows(IOException.class, () -> target.push(checkpoint(9, 1))).getMessage());
      target.push(checkpoint(9, 1));
      assertEquals(checkpoint(9, 1).note().toString(), bodies.get(2));
      assertEquals(3, bodies.size());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anHttpsServerMustHaveACertificateOfTheGivenAuthority() throws Exception {
    TestPki pki = new TestPki("CN=Witness CA");
    HttpsServer server = HttpsServer.create(free(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(pki.context(pki.server())));
    List<String> bodies = new CopyOnWriteArrayList<>();
    serve(server, bodies, 200);
    Path right = TestPki.writeCertificates(directory.resolve("ca.crt"), pki.certificate());
    Path wrong =
        TestPki.writeCertificates(
            directory.resolve("other.crt"), new TestPki("CN=Other CA").certificate());
    try (HttpTarget trusting = HttpTarget.open(http("https", server, right));
        HttpTarget distrusting = HttpTarget.open(http("https", server, wrong))) {
      trusting.push(checkpoint(9, 1));
      assertThrows(IOException.class, () -> distrusting.push(checkpoint(9, 1)));
      assertEquals(1, bodies.size());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theNewestFileAndTheOneNamedAreHeldAgainstTheLedger() throws IOException {
    Path named = Files.writeString(directory.resolve("named.txt"), "note");
    Path pushed = Files.createDirectory(directory.resolve("pushed"));
    new DirectoryTarget(pushed).push(checkpoint(9, 1));
    new DirectoryTarget(pushed).push(checkpoint(8, 2));
    CheckpointsConfig config =
        new CheckpointsConfig(1_000, Duration.ofMinutes(10), named, pushed, null);
    try (Places places = Places.open(LEDGER, config)) {
      List<KeptCheckpoint> kept = new ArrayList<>(places.outside().kept().get());
      assertEquals(
          List.of(named.toString(), pushed.resolve(LEDGER + "-000002-000000000008.txt").toString()),
          kept.stream().map(KeptCheckpoint::where).toList());
      assertEquals("note", new String(kept.getFirst().note(), UTF_8));
      assertEquals(List.of(), places.behind());
    }
    Files.delete(named);
    assertThrows(IllegalArgumentException.class, () -> Places.open(LEDGER, config));
  }
}
