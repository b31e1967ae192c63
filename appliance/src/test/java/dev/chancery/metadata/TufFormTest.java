package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.VersionedFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of TUF 1.0 timestamps and snapshots: for each rule its nearest pass and fail. */
class TufFormTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final String SHA512 = SHA256 + SHA256;
  private static final String EXPIRES = "2031-01-02T03:04:05Z";
  private static final String GOOD = timestamp("1", "{\"version\":7}");
  private static final TufForm X_FIELDS =
      new TufForm(false, false, Set.of("x-vendor"), Set.of("x-other"));

  private static final TufDialect TUF = MetadataDialects.tuf();

  @Test
  void signsTheCanonicalFormOfWhateverFormItIsGiven() {
    TufMetadata strict = parse(Role.TIMESTAMP, GOOD);
    TufMetadata parsed =
        parse(
            Role.TIMESTAMP,
            "{ \"version\" : 1,\n\"spec_version\":\"1.0.31\", \"meta\":{\"snapshot.json\":"
                + "{\"version\":7}},\"expires\":\""
                + EXPIRES
                + "\",\"_typ\\u0065\":\"timestamp\"}\n");
    assertArrayEquals(GOOD.getBytes(StandardCharsets.UTF_8), parsed.canonical().bytes());
    assertEquals(strict, parsed);
    assertEquals(Instant.parse(EXPIRES), parsed.expires());
    assertEquals(7, parsed.meta().firstEntry().getValue().version().number());
  }

  @ParameterizedTest(name = "TC-1 refuses _type {0}")
  @ValueSource(strings = {"\"Timestamp\"", "\"snapshot\"", "\"timestamp \"", "1", "null"})
  void refusesAnotherType(String type) {
    refused(Refusal.WRONG_TYPE, Role.TIMESTAMP, GOOD.replace("\"timestamp\"", type));
  }

  @ParameterizedTest(name = "T-1 admits spec_version {0}")
  @ValueSource(strings = {"1.0", "1.0.31", "1.1", "1.0.0"})
  void admitsSpecificationsOfVersion1(String version) {
    parse(Role.TIMESTAMP, GOOD.replace("1.0.31", version));
  }

  @ParameterizedTest(name = "T-1 refuses spec_version {0}")
  @ValueSource(strings = {"1", "2.0.0", "1.", "1.0.31.1", "1.0.x", "01.0", "v1.0", " 1.0", ""})
  void refusesOtherSpecifications(String version) {
    refused(Refusal.MALFORMED, Role.TIMESTAMP, GOOD.replace("1.0.31", version));
  }

  @ParameterizedTest(name = "T-2 refuses version {0}")
  @ValueSource(strings = {"0", "-1", "2147483648", "\"1\"", "1.0", "1e0", "null", "-0", "01"})
  void refusesOtherVersions(String version) {
    refused(Refusal.MALFORMED, Role.TIMESTAMP, timestamp(version, "{\"version\":7}"));
  }

  @ParameterizedTest(name = "T-2 admits version {0}")
  @ValueSource(strings = {"1", "2147483647"})
  void admitsVersionsOf31Bits(String version) {
    var parsed = parse(Role.TIMESTAMP, timestamp(version, "{\"version\":7}"));
    assertEquals(Integer.parseInt(version), parsed.version().number());
  }

  @ParameterizedTest(name = "T-3 refuses expires {0}")
  @ValueSource(
      strings = {
        "never",
        "2031-01-02T03:04:05.1Z",
        "2031-01-02T03:04:05z",
        "2031-01-02T03:04:05",
        "2031-01-02T03:04:05+00:00",
        "2031-01-02T03:04:05 Z",
        "2031-01-02 03:04:05Z",
        "2031-01-02t03:04:05Z",
        "2031-02-30T03:04:05Z",
        "2031-02-29T03:04:05Z",
        "2031-01-02T03:04:60Z",
        "2031-01-02T24:00:00Z",
        "2031-13-02T03:04:05Z",
        "2031-1-02T03:04:005Z",
        "+031-01-02T03:04:05Z",
        ""
      })
  void refusesTimesOfOtherForm(String expires) {
    refused(Refusal.MALFORMED, Role.TIMESTAMP, GOOD.replace(EXPIRES, expires));
  }

  @ParameterizedTest(name = "T-3 admits expires {0}")
  @ValueSource(strings = {"2031-01-02T03:04:59Z", "2032-02-29T00:00:00Z", "9999-12-31T23:59:59Z"})
  void admitsTimesToTheSecond(String expires) {
    var parsed = parse(Role.TIMESTAMP, GOOD.replace(EXPIRES, expires));
    assertEquals(Instant.parse(expires), parsed.expires());
  }

  @ParameterizedTest(name = "TC-3 refuses {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "x-vendor   | \"x-vendor\":1,",
        "Version    | \"Version\":9,",
        "_TYPE      | \"_TYPE\":\"root\",",
        "consistent | \"consistent_snapshot\":true,"
      })
  void refusesOtherMembers(String name, String member) {
    refused(Refusal.UNKNOWN_FIELD, Role.TIMESTAMP, GOOD.replaceFirst("\\{", "{" + member));
  }

  @ParameterizedTest(name = "TC-3 refuses a timestamp without {0}")
  @ValueSource(strings = {"_type", "expires", "meta", "spec_version", "version"})
  void refusesAMissingMember(String name) {
    // The last of them, for the file that is named has a version too.
    int at = GOOD.lastIndexOf("\"" + name + "\":");
    String without = GOOD.substring(0, at) + "\"x-" + GOOD.substring(at + 1);
    String message =
        assertThrows(
                RefusedException.class,
                () ->
                    TufSigned.parse(
                        Role.TIMESTAMP,
                        without.getBytes(StandardCharsets.UTF_8),
                        new TufForm(false, false, Set.of("x-" + name), Set.of())))
            .getMessage();
    assertTrue(String.valueOf(message).contains(name), message);
  }

  @Test
  void admitsTheFieldsThatAreConfiguredForTheRoleAndNoOthers() {
    String vendor = GOOD.replaceFirst("\\{", "{\"x-vendor\":{\"a\":[1,null,\"\u00fc\"]},");
    TufMetadata parsed = parse(Role.TIMESTAMP, vendor, X_FIELDS);
    assertTrue(
        new String(parsed.canonical().bytes(), StandardCharsets.UTF_8)
            .endsWith(",\"x-vendor\":{\"a\":[1,null,\"\u00fc\"]}}"));
    refused(Refusal.UNKNOWN_FIELD, Role.TIMESTAMP, vendor.replace("x-vendor", "x-other"), X_FIELDS);
    refused(
        Refusal.UNKNOWN_FIELD, Role.TIMESTAMP, vendor.replace("x-vendor", "X-Vendor"), X_FIELDS);
    refused(
        Refusal.UNKNOWN_FIELD,
        Role.SNAPSHOT,
        snapshot("1", "\"targets.json\":{\"version\":1}").replaceFirst("\\{", "{\"x-vendor\":1,"),
        X_FIELDS);
  }

  @Test
  void fieldsThatCouldStandForAnyMemberCannotBeConfigured() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new TufForm(false, false, Set.of("signatures"), Set.of()));
  }

  @Test
  void aTimestampFileHas16384BytesAtMost() {
    int largest = 16_384 - TufEnvelope.SMALLEST_OVERHEAD;
    parse(Role.TIMESTAMP, padded(largest), X_FIELDS);
    refused(Refusal.TOO_LARGE, Role.TIMESTAMP, padded(largest + 1), X_FIELDS);
    refused(Refusal.TOO_LARGE, Role.TIMESTAMP, GOOD + " ".repeat(16_385 - GOOD.length()));
    parse(Role.TIMESTAMP, GOOD + " ".repeat(16_384 - GOOD.length()));
  }

  @Test
  void aSnapshotFileHas2000000BytesAtMost() {
    String one = snapshot("1", "\"targets.json\":{\"version\":1}");
    parse(Role.SNAPSHOT, one + " ".repeat(2_000_000 - one.length()));
    refused(Refusal.TOO_LARGE, Role.SNAPSHOT, one + " ".repeat(2_000_001 - one.length()));
  }

  @ParameterizedTest(name = "TT-1 refuses meta {0}")
  @ValueSource(
      strings = {
        "{}",
        "{\"snapshot\":{\"version\":1}}",
        "{\"snapshot.json\":{\"version\":1},\"other.json\":{\"version\":1}}",
        "[]",
        "null"
      })
  void aTimestampNamesTheSnapshotAlone(String meta) {
    refused(Refusal.META_INVALID, Role.TIMESTAMP, signed("timestamp", "1", meta));
  }

  @ParameterizedTest(name = "TT-3 admits {0}")
  @ValueSource(
      strings = {
        "{\"version\":1}",
        "{\"version\":2147483647,\"length\":1}",
        "{\"length\":2000000,\"version\":1}",
        "{\"version\":1,\"hashes\":{\"sha256\":\"$256\"}}",
        "{\"version\":1,\"hashes\":{\"sha512\":\"$512\",\"sha256\":\"$256\"},\"length\":9}"
      })
  void admitsFiles(String file) {
    VersionedFile read =
        parse(Role.TIMESTAMP, timestamp("1", hashes(file))).meta().firstEntry().getValue();
    if (file.contains("sha256")) {
      assertEquals(SHA256, String.valueOf(read.sha256()));
    } else {
      assertNull(read.sha256());
    }
    assertEquals(file.contains("sha512"), read.sha512() != null);
    assertEquals(file.contains("length"), read.length() != null);
  }

  @ParameterizedTest(name = "TT-3 refuses {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "META_INVALID  | {\"version\":0}",
        "META_INVALID  | {\"version\":2147483648}",
        "META_INVALID  | {\"version\":\"1\"}",
        "UNKNOWN_FIELD | {}",
        "UNKNOWN_FIELD | {\"length\":1}",
        "UNKNOWN_FIELD | {\"version\":1,\"custom\":{}}",
        "UNKNOWN_FIELD | {\"version\":1,\"Length\":1}",
        "META_INVALID  | {\"version\":1,\"length\":0}",
        "META_INVALID  | {\"version\":1,\"length\":2000001}",
        "META_INVALID  | {\"version\":1,\"hashes\":{}}",
        "META_INVALID  | {\"version\":1,\"hashes\":null}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"sha512\":\"$512\"}}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"sha256\":\"$UP\"}}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"sha256\":\"$512\"}}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"sha256\":\"00\"}}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"sha256\":1}}",
        "META_INVALID  | {\"version\":1,\"hashes\":{\"md5\":\"00\",\"sha256\":\"$256\"}}",
        "UNKNOWN_FIELD | {\"version\":1,\"hashes\":{\"SHA256\":\"$256\"}}",
        "META_INVALID  | 7",
      })
  void refusesOtherFiles(Refusal reason, String file) {
    refused(reason, Role.TIMESTAMP, timestamp("1", hashes(file)));
    refused(
        reason,
        Role.SNAPSHOT,
        snapshot("1", "\"a.json\":" + hashes(file) + ",\"targets.json\":{\"version\":1}"));
  }

  @Test
  void hashesAreRequiredWhereThatIsConfigured() {
    TufForm required = new TufForm(true, false, Set.of(), Set.of());
    refused(Refusal.META_INVALID, Role.TIMESTAMP, GOOD, required);
    parse(
        Role.TIMESTAMP,
        timestamp("1", hashes("{\"version\":1,\"hashes\":{\"sha256\":\"$256\"}}")),
        required);
  }

  @ParameterizedTest(name = "TS-1 admits the name {0}")
  @ValueSource(
      strings = {"a.json", "project/a.json", "..a.json", "a/...json", "1.root.json", "%2e.json"})
  void admitsNamesOfTargets(String name) {
    TufMetadata parsed = parse(Role.SNAPSHOT, named(name));
    assertNotNull(parsed.meta().get(name));
  }

  @ParameterizedTest(name = "TS-1 refuses the name {0}")
  @ValueSource(
      strings = {
        "root.json",
        "Root.json",
        "snapshot.json",
        "timestamp.json",
        "a",
        "a.JSON",
        ".json",
        "../a.json",
        "a/../b.json",
        ""
      })
  void refusesOtherNames(String name) {
    refused(Refusal.META_INVALID, Role.SNAPSHOT, named(name));
  }

  @Test
  void namesHave255CharactersAtMost() {
    parse(Role.SNAPSHOT, named("a".repeat(250) + ".json"));
    refused(Refusal.META_INVALID, Role.SNAPSHOT, named("a".repeat(251) + ".json"));
  }

  @Test
  void aSnapshotNamesTargets() {
    refused(Refusal.META_INVALID, Role.SNAPSHOT, snapshot("1", "\"a.json\":{\"version\":1}"));
    refused(
        Refusal.UNKNOWN_FIELD,
        Role.SNAPSHOT,
        snapshot("1", "\"Targets.json\":{\"version\":1},\"targets.json\":{\"version\":1}"));
  }

  @Test
  void namesBeyondAsciiPassWhereThatIsConfiguredAndNeverBeyondThePlane() {
    TufForm nonAscii = new TufForm(false, true, Set.of(), Set.of());
    refused(Refusal.MALFORMED, Role.SNAPSHOT, named("\u00f6.json"));
    parse(Role.SNAPSHOT, named("\u00f6.json"), nonAscii);
    refused(Refusal.MALFORMED, Role.SNAPSHOT, named("\ud83d\ude00.json"), nonAscii);
    refused(Refusal.MALFORMED, Role.SNAPSHOT, named("a\\u0000.json"), nonAscii);
  }

  @Test
  void aThousandDelegationsPass() {
    String names =
        Stream.iterate(0, i -> i + 1)
            .limit(1_000)
            .map(i -> "\"d" + i + ".json\":{\"version\":" + (i + 1) + "}")
            .collect(Collectors.joining(","));
    TufMetadata parsed =
        parse(Role.SNAPSHOT, snapshot("1", names + ",\"targets.json\":{\"version\":1}"));
    assertEquals(1_001, parsed.meta().size());
  }

  @ParameterizedTest(name = "refuses {0}")
  @ValueSource(
      strings = {
        "[]",
        "",
        "{",
        "{\"version\":1,\"version\":2}",
        "{\"a\":1} {}",
        "\ufeff{}",
        "{\"a\":1.5}",
        "{\"\u00f6\":1}"
      })
  void refusesWhatIsNoObjectOfTheRestrictedForm(String text) {
    refused(Refusal.MALFORMED, Role.TIMESTAMP, text);
  }

  private static String named(String name) {
    return snapshot("1", "\"" + name + "\":{\"version\":1},\"targets.json\":{\"version\":1}");
  }

  /** A timestamp whose canonical form has {@code bytes} bytes. */
  private static String padded(int bytes) {
    String text = GOOD.substring(0, GOOD.length() - 1) + ",\"x-vendor\":\"\"}";
    return text.replace("\"\"", "\"" + "a".repeat(bytes - text.length()) + "\"");
  }

  private static String hashes(String file) {
    return file.replace("$256", SHA256)
        .replace("$512", SHA512)
        .replace("$UP", SHA256.replace('a', 'A'));
  }

  private static String timestamp(String version, String snapshot) {
    return signed("timestamp", version, "{\"snapshot.json\":" + snapshot + "}");
  }

  private static String snapshot(String version, String names) {
    return signed("snapshot", version, "{" + names + "}");
  }

  private static String signed(String type, String version, String meta) {
    return "{\"_type\":\"%s\",\"expires\":\"%s\",\"meta\":%s,\"spec_version\":\"1.0.31\",\"version\":%s}"
        .formatted(type, EXPIRES, meta, version);
  }

  private static TufMetadata parse(Role role, String text) {
    return parse(role, text, TufForm.DEFAULT);
  }

  private static TufMetadata parse(Role role, String text, TufForm form) {
    return TUF.parse(
        role, text.getBytes(StandardCharsets.UTF_8), new FormOptions(false, 1_000, form));
  }

  private static void refused(Refusal reason, Role role, String text) {
    refused(reason, role, text, TufForm.DEFAULT);
  }

  private static void refused(Refusal reason, Role role, String text, TufForm form) {
    var refused = assertThrows(RefusedException.class, () -> parse(role, text, form));
    assertEquals(reason, refused.reason(), () -> String.valueOf(refused.getMessage()));
    NotaryFormTest.assertShowable(refused);
  }
}
