package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Repositories that deviate in one thing each, made with Notary's own library: the {@code signed}
 * part of each timestamp, to the byte, with a fresh key of a repository of its own.
 */
@ChanceryServer(clock = "2026-11-23T06:54:00Z")
class DialectCasesTest {
  /** They are about roots and key objects, which only ceremonies read. */
  private static final Pattern OF_CEREMONIES =
      Pattern.compile("root-.*|p384-.*|key-with-scheme-field|good-rsa-x509-root");

  /** Their deviation is in the envelope or the root; what would be signed is good. */
  private static final Set<String> GOOD_SIGNED_PART =
      Set.of("rsa-salt-222", "method-unknown", "method-uppercase", "timestamp-keyid-wrong");

  /** The control that must see each deviation; all that is not named here is admitted. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("type-lowercase", "WRONG_TYPE"),
          Map.entry("version-0", "MALFORMED"),
          Map.entry("version-negative", "MALFORMED"),
          Map.entry("version-2^53+1", "MALFORMED"),
          Map.entry("wire-version-1.0", "MALFORMED"),
          Map.entry("wire-version-1e0", "MALFORMED"),
          Map.entry("unknown-field", "UNKNOWN_FIELD"),
          Map.entry("case-fold-shadow", "UNKNOWN_FIELD"),
          Map.entry("expires-missing", "UNKNOWN_FIELD"),
          Map.entry("expires-past", "EXPIRED"),
          Map.entry("expires-seconds", "EXPIRY_TOO_FAR"),
          Map.entry("meta-snapshot.json-name", "META_INVALID"),
          Map.entry("meta-extra-entry", "META_INVALID"),
          Map.entry("meta-no-sha512", "META_INVALID"),
          Map.entry("meta-no-sha256", "META_INVALID"),
          Map.entry("meta-length-negative", "META_INVALID"),
          Map.entry("meta-unknown-hash-alg", "META_INVALID"),
          Map.entry("meta-custom", "UNKNOWN_FIELD"),
          Map.entry("wire-not-canonical", "NOT_CANONICAL"));

  private final Chancery chancery;

  DialectCasesTest(Chancery chancery) {
    this.chancery = chancery;
  }

  @TestFactory
  Stream<DynamicTest> judgesEachCaseAsItsVerdictSays() {
    Path cases = Vectors.directory("notary-dialect-cases");
    return StreamSupport.stream(Vectors.json(cases.resolve("verdicts.json")).spliterator(), false)
        .filter(verdict -> !OF_CEREMONIES.matcher(verdict.get("dir").asText()).matches())
        .map(
            verdict ->
                DynamicTest.dynamicTest(
                    verdict.get("dir").asText(),
                    () -> judge(cases.resolve(verdict.get("dir").asText()), verdict)));
  }

  private void judge(Path directory, JsonNode verdict) {
    String name = verdict.get("dir").asText();
    assertEquals(
        verdict.get("appliance").asText().startsWith("allow") || isAdmittedWithoutEnvelope(name),
        !REFUSED.containsKey(name) || isAllowedInFormOnly(name),
        "the table above and the vectors' verdict \"" + verdict.get("appliance").asText() + '"');
    KeyChoice key = freshKey(name);
    long before = chancery.signCalls();
    assertEquals(
        REFUSED.getOrDefault(name, Verdicts.SIGNED),
        Verdicts.sign(chancery.client(), Role.TIMESTAMP, key, signedPart(directory)));
    assertEquals(REFUSED.containsKey(name) ? before : before + 1, chancery.signCalls());
  }

  private static boolean isAdmittedWithoutEnvelope(String name) {
    return GOOD_SIGNED_PART.contains(name) || name.equals("meta-wrong-length");
  }

  /** Allowed by the dialect; what refuses them is the expiry bound, or a setting for old keys. */
  private static boolean isAllowedInFormOnly(String name) {
    return name.equals("expires-seconds") || name.equals("meta-no-sha512");
  }

  @Test
  void aWrongLengthShowsOnceTheSnapshotIsSentAlong() {
    Path directory = Vectors.directory("notary-dialect-cases").resolve("meta-wrong-length");
    byte[] snapshot = Vectors.bytes(directory.resolve("snapshot.json"));
    KeyChoice key = freshKey("meta-wrong-length-with-envelope");
    assertEquals(
        "SNAPSHOT_MISMATCH",
        Verdicts.check(chancery.client(), Role.TIMESTAMP, key, signedPart(directory), snapshot));
    assertEquals(
        Verdicts.ADMISSIBLE,
        Verdicts.check(chancery.client(), Role.TIMESTAMP, key, signedPart(directory), null));
  }

  private KeyChoice freshKey(String name) {
    return new KeyChoice.ById(
        chancery
            .client()
            .createKey(
                Dialect.NOTARY,
                new RepositoryName("example.test/" + name.replaceAll("[^a-z0-9.-]", "_")),
                Role.TIMESTAMP,
                Algorithm.ECDSA)
            .keyid());
  }

  /** The bytes of {@code signed} as they stand in the file, whatever form they have. */
  private static byte[] signedPart(Path directory) {
    String file = new String(Vectors.bytes(directory.resolve("timestamp.json")), ISO_8859_1);
    String before = "{\"signed\":";
    int end = file.lastIndexOf(",\"signatures\":");
    if (!file.startsWith(before) || end < 0) {
      throw new IllegalArgumentException("not a metadata file of Notary's form");
    }
    return file.substring(before.length(), end).getBytes(ISO_8859_1);
  }
}
