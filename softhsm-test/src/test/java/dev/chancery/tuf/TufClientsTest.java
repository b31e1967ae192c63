package dev.chancery.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others made follow a repository whose timestamps and snapshots Chancery signs. */
@ChanceryServer
class TufClientsTest {
  private static final int VERSIONS = 50;

  private final Chancery chancery;

  TufClientsTest(Chancery chancery) {
    this.chancery = chancery;
  }

  /** Starts a client. */
  private interface Starter {
    TufClient start(Path state, Path root, URI repository) throws IOException;
  }

  @Test
  void tufJsFollowsThroughVersionsRotationsAndARecovery(@TempDir Path served, @TempDir Path state)
      throws Exception {
    follows("tuf.example/js", TufClient::tufJs, served, state);
  }

  @Test
  void sigstoreJavaFollowsThroughVersionsRotationsAndARecovery(
      @TempDir Path served, @TempDir Path state) throws Exception {
    follows("tuf.example/java", TufClient::sigstoreJava, served, state);
  }

  private void follows(String name, Starter starter, Path served, Path state) throws Exception {
    TufRepository repository =
        new TufRepository(served, name, chancery.client(), chancery.operator());
    var server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            served.toRealPath(),
            OutputLevel.NONE);
    server.start();
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort());
    try (TufClient client = starter.start(state, repository.file("1.root.json"), uri)) {
      for (int version = 1; version <= VERSIONS; version++) {
        repository.publish();
        assertTrusts(1, version, client.look());
      }
      byte[] old = Files.readAllBytes(repository.file("timestamp.json"));
      repository.rotateTimestampKey();
      repository.publish();
      assertTrusts(2, VERSIONS + 1, client.look());
      repository.rotateSnapshotKey();
      repository.publish();
      assertTrusts(3, VERSIONS + 2, client.look());
      repository.rotateRootKey();
      repository.publish();
      assertTrusts(4, VERSIONS + 3, client.look());
      repository.recover();
      repository.publish();
      assertTrusts(5, 1, client.look());

      // What the replaced key signed counts no more, and neither does a changed file.
      byte[] good = Files.readAllBytes(repository.file("timestamp.json"));
      Files.write(repository.file("timestamp.json"), old);
      assertTrue(client.look().has("refused"));
      good[good.length / 2] ^= 1;
      Files.write(repository.file("timestamp.json"), good);
      assertTrue(client.look().has("refused"));
      repository.publish();
      assertTrusts(5, 2, client.look());
    } finally {
      server.stop(0);
    }
  }

  private static void assertTrusts(int root, int version, JsonNode trusted) {
    assertEquals(
        "{\"root\":%d,\"timestamp\":%d,\"snapshot\":%d,\"targets\":1}"
            .formatted(root, version, version),
        trusted.toString());
  }
}
