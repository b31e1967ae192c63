package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.e2e.LedgerRows;
import dev.chancery.e2e.notary.ServedFiles.Signature;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.softhsm.Chancery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Notary-servers in front of one appliance, and what must hold whatever publishers do. */
final class NotaryStack implements AutoCloseable {
  private static final Duration ROWS_MAY_FOLLOW = Duration.ofSeconds(20);

  private final Signer signer;
  private final Path directory;
  private final @Nullable MariaDb database;
  private final List<NotaryServer> servers = new ArrayList<>();
  private final AtomicInteger users = new AtomicInteger();

  /**
   * The appliance that signs.
   *
   * @param tls what {@code chancery init} made; the notary-servers use its server certificate too
   * @param ledger its database
   */
  record Signer(SignerAddress address, Path tls, Path ledger) {}

  private NotaryStack(Signer signer, Path directory, @Nullable MariaDb database) {
    this.signer = signer;
    this.directory = directory;
    this.database = database;
  }

  /** Starts what is wanted and returns when it answers. */
  static NotaryStack start(Signer signer, WithNotaryServer wanted) {
    return start(signer, wanted.algorithm(), wanted.database(), List.of(wanted.zones()));
  }

  /**
   * The same, in words.
   *
   * @param zones the time zone of each notary-server
   */
  static NotaryStack start(
      Signer signer, String algorithm, boolean inDatabase, List<String> zones) {
    Path directory = newDirectory();
    MariaDb database = inDatabase ? MariaDb.start(subdirectory(directory, "db")) : null;
    NotaryStack stack = new NotaryStack(signer, directory, database);
    try {
      String storage = database == null ? NotaryServer.IN_MEMORY : database.storage();
      for (String zone : zones) {
        Path own = subdirectory(directory, "server-" + stack.servers.size());
        stack.servers.add(
            NotaryServer.start(
                own,
                new NotaryServer.Settings(
                    signer.address(),
                    algorithm,
                    storage,
                    signer.tls().resolve("server.crt"),
                    signer.tls().resolve("server.key"),
                    zone)));
      }
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("dct");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path subdirectory(Path parent, String name) {
    try {
      return Files.createDirectory(parent.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  NotaryServer server() {
    return servers.getFirst();
  }

  NotaryServer server(int index) {
    return servers.get(index);
  }

  MariaDb database() {
    if (database == null) {
      throw new IllegalStateException("the servers of this class keep their files in memory");
    }
    return database;
  }

  /** A directory of the next user. */
  Path newHome() {
    return directory.resolve("user-" + users.incrementAndGet());
  }

  /** Somebody who has neither keys nor a cache. */
  NotaryCli newUser() {
    return newUser(server());
  }

  /** The same at another server. */
  NotaryCli newUser(NotaryServer at) {
    Path home = newHome();
    return new NotaryCli(home, home.resolve("trust"), at.uri(), ca());
  }

  /** Somebody with the docker client. */
  DockerTrust newDockerUser() {
    return new DockerTrust(newHome(), server().uri(), ca());
  }

  /** The {@code notary} command on keys and cache of a user of docker. */
  NotaryCli notaryOf(DockerTrust docker) {
    return new NotaryCli(docker.home(), docker.trust(), server().uri(), ca());
  }

  private Path ca() {
    return signer.tls().resolve("ca.crt");
  }

  /** Somebody who comes for the first time gets this content, at every server. */
  void assertServes(String gun, String target, String content) {
    servers.forEach(server -> newUser(server).verifies(gun, target, content));
  }

  /**
   * The ledger is whole, and every signature in every version of the timestamp and snapshot stands
   * in it with its admission, but for those that a publisher made with a snapshot key of his own.
   */
  void assertLedgerExplains(String gun, NotaryCli... publishers) {
    List<Signature> served = signaturesMadeHere(gun, publishers);
    long end = System.nanoTime() + ROWS_MAY_FOLLOW.toNanos();
    LedgerRows rows = assertLedgerSound();
    // The row of a timestamp's signature may follow its answer.
    while (!notIssued(served, rows).isEmpty() && System.nanoTime() < end) {
      rows = LedgerRows.read(signer.ledger());
    }
    assertEquals(List.of(), notIssued(served, rows));
  }

  /**
   * The same where the appliance was killed: the row of a timestamp's signature, which follows its
   * answer, may be lost then (ADR-0008). That these bytes were admitted is on the record all the
   * same.
   */
  void assertLedgerExplainsAfterKills(String gun, NotaryCli... publishers) {
    List<Signature> served = signaturesMadeHere(gun, publishers);
    LedgerRows rows = assertLedgerSound();
    List<Signature> unexplained =
        notIssued(served, rows).stream()
            .filter(
                each ->
                    !each.role().equals("timestamp") || !rows.admits(each.keyId(), each.digest()))
            .toList();
    assertEquals(List.of(), unexplained);
  }

  private List<Signature> signaturesMadeHere(String gun, NotaryCli... publishers) {
    Set<String> own = new HashSet<>();
    Stream.of(publishers).forEach(publisher -> own.addAll(publisher.keysEverHeld()));
    return new ServedFiles(server(), gun)
        .onlineSignatures().stream()
            .filter(each -> !(each.role().equals("snapshot") && own.contains(each.keyId())))
            .toList();
  }

  private static List<Signature> notIssued(List<Signature> served, LedgerRows rows) {
    return served.stream()
        .filter(each -> !rows.hasIssued(each.keyId(), each.digest(), each.signature()))
        .toList();
  }

  /**
   * Whatever was refused would have been turned away by the server's database too. A server asks
   * for version v only where v−1 is stored: so a watermark above v shows that v is stored by now.
   *
   * @return the rows of what was refused
   */
  List<JsonNode> assertRefusedWereLostRaces() {
    List<JsonNode> refused =
        assertLedgerSound().rows("decision").stream()
            .filter(row -> row.get("outcome").asText().equals("refused"))
            .toList();
    for (JsonNode row : refused) {
      assertEquals("VERSION_ROLLBACK", row.get("control").asText(), row::toString);
      assertTrue(row.get("version").asLong() < row.get("watermarkBefore").asLong(), row::toString);
    }
    return refused;
  }

  /**
   * By the project's verifier, which checks the derived state too, and by an outsider's reading.
   */
  LedgerRows assertLedgerSound() {
    LedgerRows rows = LedgerRows.read(signer.ledger());
    assertEquals(List.of(), rows.faults());
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(signer.ledger())).findings());
    return rows;
  }

  /**
   * C_Sign was called once for each signature on the record, and once for each new key, which signs
   * its own certificate.
   */
  void assertTokenSignedOnlyWhatIsRecorded(Chancery chancery) {
    long end = System.nanoTime() + ROWS_MAY_FOLLOW.toNanos();
    LedgerRows rows = assertLedgerSound();
    while (recordedSignCalls(rows) != chancery.signCalls() && System.nanoTime() < end) {
      rows = LedgerRows.read(signer.ledger());
    }
    assertEquals(recordedSignCalls(rows), chancery.signCalls());
  }

  private static long recordedSignCalls(LedgerRows rows) {
    return Stream.of("key", "issued", "attempt-failed").mapToLong(k -> rows.rows(k).size()).sum();
  }

  @Override
  public void close() {
    servers.forEach(NotaryServer::close);
    if (database != null) {
      database.close();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
