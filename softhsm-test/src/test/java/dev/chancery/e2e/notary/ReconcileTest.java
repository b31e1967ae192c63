package dev.chancery.e2e.notary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.cli.CommandRun;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ledger and trust server come apart in every way there is; {@code chancery reconcile} says how,
 * and {@code chancery rebase} brings them together again.
 */
@ChanceryServer
@WithNotaryServer(database = true)
class ReconcileTest {
  private final Chancery chancery;
  private final NotaryStack stack;
  private final NotaryCli publisher;
  private final Operator operator;

  ReconcileTest(Chancery chancery, NotaryStack stack, @TempDir Path desk) {
    this.chancery = chancery;
    this.stack = stack;
    this.publisher = stack.newUser();
    this.operator = new Operator(chancery, stack, desk);
  }

  private void published(String gun) {
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
  }

  private int served(String gun, String role) {
    return Math.toIntExact(new ServedFiles(stack.server(), gun).newestVersion(role));
  }

  private String file(String gun, String role) {
    return new String(stack.server().file(gun, role + ".json").orElseThrow(), UTF_8);
  }

  /** The bytes that were signed, of another version. */
  private byte[] signedOfVersion(String gun, String role, int version) {
    String file = file(gun, role);
    String signed = file.substring("{\"signed\":".length(), file.lastIndexOf(",\"signatures\":["));
    return signed
        .replaceFirst("\"version\":\\d+}$", "\"version\":" + version + "}")
        .getBytes(UTF_8);
  }

  private KeyId keyOf(String gun, String role) {
    return new KeyId(file(gun, role).replaceFirst("(?s).*\"keyid\":\"([0-9a-f]{64})\".*", "$1"));
  }

  /** Who has the trust server's certificate has this signed and shows it to nobody. */
  private SignedMetadata signedAside(String gun, String role, int version) {
    return chancery
        .client()
        .sign(
            Role.of(role),
            new KeyChoice.ById(keyOf(gun, role)),
            signedOfVersion(gun, role, version),
            null);
  }

  @Test
  void whatWasPublishedIsWhatWasIssued() {
    String gun = "localhost:5000/reconcile/clean";
    published(gun);
    publisher.publish(gun, "v2", "second");
    publisher.ok("key", "rotate", gun, "timestamp", "-r");
    publisher.publish(gun, "v3", "third");
    CommandRun run = operator.reconciled(gun);
    assertEquals(0, run.exitCode(), run::toString);
    assertEquals("repositories 1, documents 2: what is served is what was issued\n", run.output());
    assertEquals(List.of(), operator.drift(gun));
  }

  @Test
  void whatATrustServerLostIsListedAndPublishingGoesOnAfterAReBase() {
    String gun = "localhost:5000/reconcile/lost";
    published(gun);
    int timestamp = served(gun, "timestamp");
    int snapshot = served(gun, "snapshot");
    for (int i = 2; i <= 4; i++) {
      publisher.publish(gun, "v" + i, "content " + i);
    }
    forget(gun, "timestamp", timestamp);
    forget(gun, "snapshot", snapshot);
    forget(gun, "targets", 2);
    assertEquals(
        List.of(
            "behind timestamp %d the watermark is %d".formatted(timestamp, timestamp + 3),
            "never-served timestamp %d newer".formatted(timestamp + 1),
            "never-served timestamp %d newer".formatted(timestamp + 2),
            "never-served timestamp %d newer".formatted(timestamp + 3),
            "behind snapshot %d the watermark is %d".formatted(snapshot, snapshot + 3),
            "never-served snapshot %d newer".formatted(snapshot + 1),
            "never-served snapshot %d newer".formatted(snapshot + 2),
            "never-served snapshot %d newer".formatted(snapshot + 3)),
        operator.drift(gun));

    NotaryCli after = stack.newUser();
    copyKeys(publisher, after);
    after.ok("add", gun, "v5", after.file("c", "fifth").toString());
    assertTrue(after.fails("publish", gun).contains("VERSION_ROLLBACK"));

    CommandRun prepared = operator.reconciled(gun, "--prepare", "lost.json");
    assertTrue(prepared.output().contains(operator.digestOf("lost.json")), prepared::toString);
    operator.apply("lost.json");
    after.ok("publish", gun);
    stack.assertServes(gun, "v5", "fifth");
    assertEquals(
        List.of(
            "never-served timestamp %d other content".formatted(timestamp + 1),
            "never-served timestamp %d newer".formatted(timestamp + 2),
            "never-served timestamp %d newer".formatted(timestamp + 3),
            "never-served snapshot %d other content".formatted(snapshot + 1),
            "never-served snapshot %d newer".formatted(snapshot + 2),
            "never-served snapshot %d newer".formatted(snapshot + 3)),
        operator.drift(gun),
        "whoever kept the lost versions has them still");
    stack.assertLedgerSound();
  }

  private void forget(String gun, String role, int newest) {
    stack
        .database()
        .execute(
            "DELETE FROM notaryserver.tuf_files WHERE gun='%s' AND role='%s' AND version>%d;"
                .formatted(gun, role, newest));
  }

  /** A user with the same keys and no cache: his client has seen nothing of what was lost. */
  private static void copyKeys(NotaryCli from, NotaryCli to) {
    try {
      Files.createDirectories(to.trust().resolve("private"));
      try (var keys = Files.list(from.trust().resolve("private"))) {
        for (Path key : keys.toList()) {
          Files.copy(key, to.trust().resolve("private").resolve(key.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRepositoryThatNothingWasSignedForIsListed() {
    String gun = "localhost:5000/reconcile/known";
    String stranger = "localhost:5000/reconcile/stranger";
    published(gun);
    String files = "INSERT INTO notaryserver.tuf_files (gun,role,version,data,sha256) ";
    String feed = "INSERT INTO notaryserver.changefeed (gun,version,sha256) VALUES ('%s',1,'');";
    stack
        .database()
        .execute(
            (files
                    + "SELECT '%s',role,version,data,sha256 FROM notaryserver.tuf_files"
                    + " WHERE gun='%s';"
                    + feed)
                .formatted(stranger, gun, stranger));
    CommandRun run = operator.reconciledAll();
    assertEquals(1, run.exitCode(), run::toString);
    assertEquals(
        1,
        run.output()
            .lines()
            .filter(line -> line.startsWith("foreign-key") && line.contains(stranger))
            .filter(line -> line.endsWith("nothing was ever signed here for this repository"))
            .count(),
        run::toString);
    CommandRun named = operator.reconciled(stranger);
    assertEquals(66, named.exitCode(), named::toString);
  }

  @Test
  void whatSomebodyHadSignedAndNobodyServesIsListed() {
    String gun = "localhost:5000/reconcile/aside";
    published(gun);
    int version = served(gun, "timestamp");
    signedAside(gun, "timestamp", version + 1);
    assertEquals(
        List.of(
            "behind timestamp %d the watermark is %d; the next version goes on all the same"
                .formatted(version, version + 1),
            "never-served timestamp %d newer".formatted(version + 1)),
        operator.drift(gun));
    CommandRun prepared = operator.reconciled(gun, "--prepare", "none.json");
    assertTrue(prepared.output().contains("nothing to re-base"), prepared::toString);

    publisher.publish(gun, "v2", "second");
    assertEquals(
        List.of("never-served timestamp %d other content".formatted(version + 1)),
        operator.drift(gun));
    publisher.publish(gun, "v3", "third");
    assertEquals(
        List.of("never-served timestamp %d an earlier version".formatted(version + 1)),
        operator.drift(gun));
    assertEquals(0, operator.reconciled(gun, "--history", "0").exitCode());
  }

  @Test
  void aSignatureBySoftwareIsToldFromOurs() throws GeneralSecurityException {
    String gun = "localhost:5000/reconcile/software";
    published(gun);
    String good = file(gun, "timestamp");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair software = generator.generateKeyPair();
    String own =
        MetadataDialects.of(Dialect.NOTARY)
            .keyId(Algorithm.ECDSA, software.getPublic().getEncoded())
            .hex();
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(software.getPrivate());
    signer.update(signedOfVersion(gun, "timestamp", served(gun, "timestamp")));
    String forged =
        good.replaceFirst(
            "\"sig\":\"[^\"]*\"",
            "\"sig\":\"" + Base64.getEncoder().encodeToString(signer.sign()) + "\"");

    stack.database().edit(gun, "timestamp", file -> forged);
    assertEquals(List.of("invalid timestamp - SIGNATURE_INVALID"), operator.drift(gun));
    stack
        .database()
        .edit(gun, "timestamp", file -> forged.replace(keyOf(gun, "timestamp").hex(), own));
    assertEquals(List.of("foreign-key timestamp - it signed the timestamp"), operator.drift(gun));
    stack.database().edit(gun, "timestamp", file -> good);
    assertEquals(List.of(), operator.drift(gun));
  }

  /** RULES V-4, F-5, TR-12: the intruder is out, but what he had signed stands in the way. */
  @Test
  void aRepositoryRecoversFromAFastForward() {
    String gun = "localhost:5000/reconcile/pushed";
    published(gun);
    int version = served(gun, "timestamp");
    int pushed = version + 60;
    for (int next = version + 1; next < pushed; next++) {
      signedAside(gun, "timestamp", next);
    }
    NotaryCli deceived = stack.newUser();
    serve(gun, pushed, signedAside(gun, "timestamp", pushed));
    deceived.verifies(gun, "v1", "first");
    forget(gun, "timestamp", version);

    publisher.ok("add", gun, "v2", publisher.file("c", "second").toString());
    assertTrue(publisher.fails("publish", gun).contains("VERSION_ROLLBACK"));
    CommandRun run = operator.reconciled(gun, "--prepare", "pushed.json");
    assertEquals(1, run.exitCode());
    assertTrue(run.output().contains("and 40 more; --json lists all"), run::toString);
    operator.apply("pushed.json");
    publisher.ok("publish", gun);
    stack.assertServes(gun, "v2", "second");
    var next = assertThrows(ChanceryProblem.class, () -> signedAside(gun, "timestamp", pushed + 1));
    assertEquals("VERSION_JUMP", next.control().orElseThrow());
    assertEquals(
        60,
        operator.drift(gun).stream()
            .filter(each -> each.startsWith("never-served timestamp"))
            .count());

    deceived.failsReading("second".getBytes(UTF_8), "verify", gun, "v2");
    publisher.ok("key", "rotate", gun, "timestamp", "-r");
    deceived.run("list", gun);
    deceived.verifies(gun, "v2", "second");
    publisher.publish(gun, "v3", "third");
    stack.assertServes(gun, "v3", "third");
    assertEquals(
        List.of(),
        operator.drift(gun).stream().filter(each -> each.contains("timestamp")).toList(),
        "what the rotated key signed is of no use any more");
    stack.assertLedgerSound();
  }

  /** Puts a timestamp into the trust server's database as its intruder would. */
  private void serve(String gun, int version, SignedMetadata signed) {
    String file =
        "{\"signed\":%s,\"signatures\":[{\"keyid\":\"%s\",\"method\":\"%s\",\"sig\":\"%s\"}]}"
            .formatted(
                new String(signedOfVersion(gun, "timestamp", version), UTF_8),
                signed.keyid(),
                signed.method(),
                signed.sig());
    String hex = HexFormat.of().formatHex(file.getBytes(UTF_8));
    stack
        .database()
        .execute(
            ("INSERT INTO notaryserver.tuf_files (gun,role,version,data,sha256)"
                    + " VALUES ('%s','timestamp',%d,UNHEX('%s'),SHA2(UNHEX('%s'),256));")
                .formatted(gun, version, hex, hex));
  }
}
