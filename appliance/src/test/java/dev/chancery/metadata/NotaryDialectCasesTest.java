package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with one deviation each, made with Notary's own library. */
class NotaryDialectCasesTest {
  private static final NotaryDialect NOTARY = MetadataDialects.notary();
  private static final FormOptions OPTIONS = FormOptions.DEFAULT;
  private static final Path CASES = Samples.directory("notary-dialect-cases");

  /** What the signed part alone must be refused with; all other cases have a good one. */
  private static final Map<String, Refusal> REFUSED =
      Map.ofEntries(
          Map.entry("type-lowercase", Refusal.WRONG_TYPE),
          Map.entry("version-0", Refusal.MALFORMED),
          Map.entry("version-negative", Refusal.MALFORMED),
          Map.entry("version-2^53+1", Refusal.MALFORMED),
          Map.entry("wire-version-1.0", Refusal.MALFORMED),
          Map.entry("wire-version-1e0", Refusal.MALFORMED),
          Map.entry("unknown-field", Refusal.UNKNOWN_FIELD),
          Map.entry("case-fold-shadow", Refusal.UNKNOWN_FIELD),
          Map.entry("expires-missing", Refusal.UNKNOWN_FIELD),
          Map.entry("meta-snapshot.json-name", Refusal.META_INVALID),
          Map.entry("meta-extra-entry", Refusal.META_INVALID),
          Map.entry("meta-no-sha512", Refusal.META_INVALID),
          Map.entry("meta-no-sha256", Refusal.META_INVALID),
          Map.entry("meta-length-negative", Refusal.META_INVALID),
          Map.entry("meta-unknown-hash-alg", Refusal.META_INVALID),
          Map.entry("meta-custom", Refusal.UNKNOWN_FIELD),
          Map.entry("wire-not-canonical", Refusal.NOT_CANONICAL));

  @TestFactory
  Stream<DynamicTest> judgesTheSignedPartOfEveryTimestampInTheSamples() throws Exception {
    return judgeAll(CASES);
  }

  @TestFactory
  Stream<DynamicTest> judgesTheSignedPartOfEveryTimestampInTheVectors() throws Exception {
    return judgeAll(Samples.vectors("notary-dialect-cases"));
  }

  private static Stream<DynamicTest> judgeAll(Path cases) throws IOException {
    try (Stream<Path> entries = Files.list(cases)) {
      return entries.filter(Files::isDirectory).sorted().toList().stream()
          .map(directory -> directory.getFileName().toString())
          .map(name -> DynamicTest.dynamicTest(name, () -> judge(name, signed(cases, name))));
    }
  }

  @Test
  void theVerdictsRefuseWhatIsRefusedHere() {
    for (JsonNode verdict : Samples.json(CASES.resolve("verdicts.json"))) {
      if (REFUSED.containsKey(verdict.get("dir").asText())) {
        String appliance = verdict.get("appliance").asText();
        assertTrue(appliance.startsWith("refuse") || appliance.contains("only with"), appliance);
      }
    }
  }

  @ParameterizedTest(name = "accepts the envelope of {0}")
  @ValueSource(
      strings = {"good-ecdsa", "good-ed25519-timestamp", "good-rsa-timestamp", "method-uppercase"})
  void acceptsFilesThatNotarysClientsAccept(String name) {
    VerifiedEnvelope verified = verify(name);
    byte[] file = timestampFile(name);
    assertEquals(file.length, verified.file().length());
    assertEquals(1, verified.signers().size());
    assertEquals(Role.TIMESTAMP, verified.metadata().role());
  }

  @ParameterizedTest(name = "refuses the envelope of {0}: {1}")
  @CsvSource({
    "rsa-salt-222, SIGNATURE_INVALID",
    "method-unknown, MALFORMED",
    "timestamp-keyid-wrong, KEY_UNKNOWN",
  })
  void refusesFilesWhoseSignatureNotarysClientsDoNotCount(String name, Refusal reason) {
    assertEquals(reason, assertThrows(RefusedException.class, () -> verify(name)).reason());
    assertEquals(1, NOTARY.timestamp(signed(name), OPTIONS).version().number());
  }

  @Test
  void admitsSha256AloneWhereTheKeyMay() {
    Timestamp timestamp =
        NOTARY.timestamp(signed("meta-no-sha512"), new FormOptions(true, OPTIONS.maxNames()));
    assertEquals(683, timestamp.snapshot().length());
  }

  @Test
  void acceptsTheSnapshotFileThatTheTimestampNames() {
    Snapshot snapshot = snapshotSentAlong("good-ecdsa");
    assertEquals(1, snapshot.version().number());
    assertEquals(2, snapshot.meta().size());
  }

  @Test
  void refusesASnapshotFileOfAnotherLengthThanTheTimestampNames() {
    assertEquals(1, NOTARY.timestamp(signed("meta-wrong-length"), OPTIONS).snapshot().length());
    var refused =
        assertThrows(RefusedException.class, () -> snapshotSentAlong("meta-wrong-length"));
    assertEquals(Refusal.SNAPSHOT_MISMATCH, refused.reason());
    assertTrue(refused.observed().contains("length"), refused.observed());
  }

  private static VerifiedEnvelope verify(String name) {
    return NOTARY.verifyEnvelope(
        timestampFile(name),
        Role.TIMESTAMP,
        OPTIONS,
        Samples.keys(CASES.resolve(name).resolve("root.json"), "timestamp"));
  }

  private static Snapshot snapshotSentAlong(String name) {
    Path directory = CASES.resolve(name);
    return (Snapshot)
        NOTARY
            .verifySnapshot(
                NOTARY.timestamp(signed(name), OPTIONS),
                Samples.bytes(directory.resolve("snapshot.json")),
                OPTIONS,
                Samples.keys(directory.resolve("root.json"), "snapshot"))
            .metadata();
  }

  private static void judge(String name, byte[] signed) {
    if (REFUSED.containsKey(name)) {
      var refused = assertThrows(RefusedException.class, () -> NOTARY.timestamp(signed, OPTIONS));
      assertEquals(REFUSED.get(name), refused.reason());
      NotaryFormTest.assertShowable(refused);
    } else {
      assertFalse(NOTARY.timestamp(signed, OPTIONS).meta().isEmpty());
    }
  }

  private static byte[] signed(String name) {
    return signed(CASES, name);
  }

  private static byte[] signed(Path cases, String name) {
    return Samples.signedPart(Samples.bytes(cases.resolve(name).resolve("timestamp.json")));
  }

  private static byte[] timestampFile(String name) {
    return Samples.bytes(CASES.resolve(name).resolve("timestamp.json"));
  }
}
