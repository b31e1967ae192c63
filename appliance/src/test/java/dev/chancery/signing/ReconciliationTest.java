package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.reconcile.Reconciliation;
import dev.chancery.served.ServedException;
import dev.chancery.served.TufFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served from a directory beside a ledger in a file. */
class ReconciliationTest extends PathTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");

  @TempDir Path served;

  private Reconciliation.Result result(RepositoryName repository) {
    rows();
    try (TufFiles files = TufFiles.in(served)) {
      return new Reconciliation(
              LedgerReader.of(directory.resolve("ledger.db")), files, 10, Duration.ZERO)
          .run(Set.of(repository));
    }
  }

  /** What differs: what, role, version and how. */
  private List<String> drift() {
    return result(SigningBench.APP).drift().stream()
        .map(
            each ->
                each.kind().id()
                    + " "
                    + each.role().id()
                    + " "
                    + each.version()
                    + " "
                    + each.what().replaceFirst(", asked for by CN=notary-server .*Z", ""))
        .toList();
  }

  private void serve(String name, byte[] content) {
    try {
      Files.write(served.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(KeyRecord key, byte[] signed, RawSignature signature) {
    serve(key.role().id() + ".json", envelope(key, signed, signature));
  }

  private static byte[] envelope(KeyRecord key, byte[] signed, RawSignature signature) {
    var dialect = MetadataDialects.notary();
    return dialect.envelope(
        dialect.parse(key.role(), signed, FormOptions.DEFAULT),
        key.id(),
        Algorithm.ECDSA,
        signature);
  }

  private void signAndServe(KeyRecord key, byte[] signed) {
    serve(key, signed, admits(key, signed).signature());
  }

  private byte[] signedByTheTokenAlone(KeyRecord key, byte[] signed) {
    TokenKey inToken = token.find(SigningBench.tokenKeyId(key)).orElseThrow();
    return token.sign(inToken, signed).join();
  }

  @Test
  void whatIsServedIsWhatWasIssued() {
    KeyRecord snapshot = snapshotKey();
    KeyRecord timestamp = timestampKey();
    MetaFile file = issued(snapshot, 1, "a");
    signAndServe(snapshot, snapshot(1, "a"));
    signAndServe(timestamp, bench.timestamp(1, file));
    var result = result(SigningBench.APP);
    assertEquals(List.of(), result.drift());
    assertEquals(1, result.repositories());
    assertEquals(2, result.documents());
    assertEquals(List.of(), result.rebases());
  }

  @Test
  void aSignatureThatTheTokenMadeForSomebodyElseIsNotIssuedHere() {
    KeyRecord key = timestampKey();
    admits(key, timestamp(1, "a"));
    byte[] aside = timestamp(7, "b");
    serve(key, aside, new RawSignature(signedByTheTokenAlone(key, aside)));
    assertEquals(List.of("not-issued-here timestamp 7 no row; the watermark is 1"), drift());
    var rebases = result(SigningBench.APP).rebases();
    assertEquals(List.of("1 to 7"), rebases.stream().map(e -> e.from() + " to " + e.to()).toList());
  }

  @Test
  void otherBytesOfTheSameVersionAreNotIssuedHereEither() {
    KeyRecord key = timestampKey();
    admits(key, timestamp(3, "a"));
    byte[] aside = timestamp(3, "b");
    serve(key, aside, new RawSignature(signedByTheTokenAlone(key, aside)));
    assertEquals(
        List.of(
            "not-issued-here timestamp 3 no row; the watermark is 3",
            "never-served timestamp 3 other content"),
        drift());
  }

  @Test
  void whatFailedWasNotIssuedAndWhatEndedInBetweenMayHaveBeen() {
    KeyRecord key = timestampKey();
    signAndServe(key, timestamp(1, "a"));
    token.fail(Optional.of(new TokenException("CKR_DEVICE_ERROR", "as this test demands")));
    assertThrows(RuntimeException.class, () -> bench.sign(key, timestamp(2, "b")));
    token.fail(Optional.empty());
    assertEquals(
        List.of("behind timestamp 1 the watermark is 2; the next version goes on all the same"),
        drift(),
        "what failed is held by nobody");
    byte[] failed = timestamp(2, "b");
    serve(key, failed, new RawSignature(signedByTheTokenAlone(key, failed)));
    assertEquals(List.of("not-issued-here timestamp 2 no row; the watermark is 2"), drift());
  }

  @Test
  void aFileThatIsNoneIsNamedWithItsRule() {
    KeyRecord key = timestampKey();
    admits(key, timestamp(1, "a"));
    serve("timestamp.json", "{}".getBytes(StandardCharsets.UTF_8));
    assertEquals(1, drift().size());
    assertEquals(true, drift().getFirst().startsWith("invalid timestamp 0 UNKNOWN_FIELD"));
  }

  @Test
  void nothingServedIsDriftUntilTheRepositoryIsRetired() {
    KeyRecord key = timestampKey();
    var unknown = assertThrows(IllegalArgumentException.class, this::drift);
    assertEquals(true, String.valueOf(unknown.getMessage()).contains("nothing was ever signed"));
    admits(key, timestamp(1, "a"));
    assertEquals(List.of("not-served timestamp 0 no timestamp is served"), drift());
    bench
        .ledger
        .setStatus(key, KeyStatus.RETIRED, "CN=operator", "deleted", clock.instant())
        .join();
    assertEquals(List.of(), drift());
  }

  @Test
  void aKeyOfAnotherRepositoryIsForeignAndTheRootMayNameItOrNot() {
    KeyRecord key = timestampKey();
    KeyRecord stranger = bench.key(OTHER, Role.TIMESTAMP);
    signAndServe(key, timestamp(1, "a"));
    byte[] signed = timestamp(1, "b");
    serve(
        "timestamp.json",
        envelope(stranger, signed, new RawSignature(signedByTheTokenAlone(stranger, signed))));
    assertEquals(
        List.of("foreign-key timestamp 0 it signed the timestamp, and the root does not name it"),
        drift());
    serve("1.root.json", root("timestamp", key));
    serve("2.root.json", root("timestamp", stranger));
    assertEquals(List.of("foreign-key timestamp 0 the root names it for timestamp"), drift());
  }

  private static byte[] root(String role, KeyRecord key) {
    return ("{\"signed\":{\"roles\":{\"" + role + "\":{\"keyids\":[\"" + key.id() + "\"]}}}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aSnapshotMayBeThePublishersOnceTheOperatorSaidSo() {
    KeyRecord key = snapshotKey();
    KeyRecord publishers = bench.key(OTHER, Role.SNAPSHOT);
    admits(key, snapshot(1, "a"));
    byte[] signed = snapshot(2, "b");
    serve(publishers, signed, new RawSignature(signedByTheTokenAlone(publishers, signed)));
    assertEquals(1, drift().size());
    bench
        .ledger
        .changeRepository(
            SigningBench.APP,
            was -> new RepositorySettings(SigningBench.APP, Custody.PUBLISHER, null, null),
            "CN=operator",
            "taken back",
            clock.instant())
        .join();
    assertEquals(List.of(), drift());
  }

  @Test
  void aConsistentSnapshotIsFoundUnderItsNumber() {
    KeyRecord key = snapshotKey();
    byte[] signed = snapshot(4, "a");
    RawSignature signature = admits(key, signed).signature();
    serve(
        "timestamp.json",
        "{\"signed\":{\"meta\":{\"snapshot.json\":{\"version\":4}}}}"
            .getBytes(StandardCharsets.UTF_8));
    serve("4.snapshot.json", envelope(key, signed, signature));
    serve("snapshot.json", "an old one".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), drift());
  }

  @Test
  void aDirectoryThatIsNotThereIsToldAtOnce() {
    assertThrows(ServedException.class, () -> TufFiles.in(served.resolve("none")));
  }
}
