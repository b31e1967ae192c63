package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of form with its nearest passing and nearest failing input. */
class NotaryFormTest {
  private static final NotaryDialect NOTARY = MetadataDialects.notary();
  private static final FormOptions LEGACY = new FormOptions(true, 1_000);

  private static final String SHA256 = base64(32);
  private static final String SHA512 = base64(64);
  private static final String HASHES = hashes(SHA256, SHA512);
  private static final String FILE = file(HASHES, "683");
  private static final String EXPIRES = "2026-12-07T06:53:40.31681647Z";
  private static final String SNAPSHOT_META = "{\"snapshot\":" + FILE + "}";
  private static final String GOOD = timestamp("1", EXPIRES, SNAPSHOT_META);

  @Test
  void readsATimestamp() {
    Timestamp timestamp = parse(GOOD);
    assertEquals(1, timestamp.version().number());
    assertEquals(Instant.parse("2026-12-07T06:53:40.316816470Z"), timestamp.expires());
    assertEquals("snapshot", timestamp.snapshotName());
    assertEquals(683, timestamp.snapshot().length());
    assertEquals(SHA256, timestamp.snapshot().sha256().base64());
    assertEquals(SHA512, String.valueOf(sha512(timestamp)));
    assertArrayEquals(ascii(GOOD), timestamp.canonical().bytes());
  }

  @Test
  void readsASnapshot() {
    Snapshot snapshot = snapshot(meta("root", "targets", "targets/releases"));
    assertEquals(3, snapshot.version().number());
    assertEquals(
        List.of("root", "targets", "targets/releases"), List.copyOf(snapshot.meta().keySet()));
  }

  @Test
  void theKeysRoleChoosesWhatIsRead() {
    OnlineMetadata timestamp = NOTARY.parse(Role.TIMESTAMP, ascii(GOOD), FormOptions.DEFAULT);
    assertEquals(Role.TIMESTAMP, timestamp.role());
    assertRefused(Refusal.WRONG_TYPE, Role.SNAPSHOT, GOOD);
    assertRefused(Refusal.WRONG_TYPE, Role.TIMESTAMP, snapshotText("3", meta("root", "targets")));
  }

  @ParameterizedTest(name = "NC-2 refuses {0}")
  @ValueSource(
      strings = {"timestamp", "TIMESTAMP", "Snapshot", "Root", "Targets", "Timestamp ", ""})
  void refusesAnotherType(String type) {
    assertRefused(Refusal.WRONG_TYPE, GOOD.replace("\"Timestamp\"", "\"" + type + "\""));
  }

  @Test
  void refusesATypeThatIsNoStringOrMissing() {
    assertRefused(Refusal.WRONG_TYPE, GOOD.replace("\"Timestamp\"", "1"));
    assertRefused(Refusal.WRONG_TYPE, GOOD.replace("\"Timestamp\"", "null"));
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"_type\":\"Timestamp\",", ""));
  }

  @ParameterizedTest(name = "NC-3 refuses the member {0}")
  @ValueSource(strings = {"spec_version", "x", "a", "zzz", "_typ", "versions"})
  void refusesAMemberThatNotaryDoesNotWrite(String name) {
    assertRefused(
        Refusal.UNKNOWN_FIELD, GOOD.replace("{\"_type\"", "{\"" + name + "\":1,\"_type\""));
  }

  @ParameterizedTest(name = "NC-3 refuses to miss {0}")
  @ValueSource(strings = {"_type", "expires", "meta", "version"})
  void refusesAMissingMember(String name) {
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"" + name + "\"", "\"zz\""));
  }

  @ParameterizedTest(name = "C-8 refuses {0} in the place of {1}")
  @CsvSource({
    "VERSION, version", "Version, version", "_Type, _type", "EXPIRES, expires", "Meta, meta",
    "Snapshot, snapshot", "Hashes, hashes", "LENGTH, length", "SHA256, sha256", "Sha512, sha512"
  })
  void refusesANameInOtherCaseAtEveryDepth(String name, String instead) {
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"" + instead + "\"", "\"" + name + "\""));
  }

  @Test
  void refusesASecondVersionInOtherCaseWhichGoWouldReadInstead() {
    RefusedException refused =
        assertRefused(
            Refusal.UNKNOWN_FIELD, GOOD.replace("{\"_type\"", "{\"VERSION\":99,\"_type\""));
    assertTrue(refused.observed().contains("\"VERSION\""), refused.observed());
    assertRefused(
        Refusal.UNKNOWN_FIELD, GOOD.replace("\"version\":1", "\"version\":1,\"VERSION\":99"));
    assertRefused(
        Refusal.UNKNOWN_FIELD, GOOD.replace("\"length\":683", "\"Length\":1,\"length\":683"));
  }

  @Test
  void refusesNamesThatFoldToAKnownOneOutsideAscii() {
    // Go folds the long s (U+017F) to s and the Kelvin sign (U+212A) to k.
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"version\"", "\"ver\u017fion\""));
  }

  @ParameterizedTest(name = "NC-4 admits version {0}")
  @ValueSource(strings = {"1", "2", "17", "2147483647"})
  void admitsVersionsFrom1To2147483647(String version) {
    assertEquals(
        Integer.parseInt(version),
        parse(timestamp(version, EXPIRES, SNAPSHOT_META)).version().number());
  }

  @ParameterizedTest(name = "NC-4 refuses version {0}")
  @ValueSource(
      strings = {
        "0",
        "-1",
        "2147483648",
        "9007199254740991",
        "9007199254740993",
        "1.0",
        "1e0",
        "01",
        "-0",
        "\"1\"",
        "null",
        "true",
        "[1]",
        "{}"
      })
  void refusesOtherVersions(String version) {
    assertRefused(Refusal.MALFORMED, timestamp(version, EXPIRES, SNAPSHOT_META));
  }

  @ParameterizedTest(name = "NC-5 refuses to expire {0}")
  @ValueSource(
      strings = {
        "",
        "never",
        "2026-12-07t06:53:40Z",
        "2026-12-07 06:53:40Z",
        "2026-02-30T00:00:00Z"
      })
  void refusesAnExpiryThatIsNoTime(String expires) {
    assertRefused(Refusal.MALFORMED, timestamp("1", expires, SNAPSHOT_META));
  }

  @Test
  void refusesAnExpiryThatIsNoString() {
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"" + EXPIRES + "\"", "1"));
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"" + EXPIRES + "\"", "null"));
  }

  @Test
  void refusesMoreBytesThanTheRoleMayHaveBeforeReadingThem() {
    assertRefused(Refusal.MALFORMED, Role.TIMESTAMP, " ".repeat(4_096));
    assertRefused(Refusal.TOO_LARGE, Role.TIMESTAMP, " ".repeat(4_097));
    assertRefused(Refusal.MALFORMED, Role.SNAPSHOT, " ".repeat(1_048_576));
    assertRefused(Refusal.TOO_LARGE, Role.SNAPSHOT, " ".repeat(1_048_577));
  }

  @ParameterizedTest(name = "refuses {0}")
  @ValueSource(strings = {"", "null", "1", "\"x\"", "[]", "{", "{}{}", "not json"})
  void refusesWhatIsNotOneObject(String text) {
    assertRefused(Refusal.MALFORMED, text);
  }

  @Test
  void refusesDuplicateMembersEvenIfTheyAgree() {
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"version\":1", "\"version\":1,\"version\":1"));
    assertRefused(
        Refusal.MALFORMED, GOOD.replace("\"length\":683", "\"length\":683,\"\\u006cength\":683"));
  }

  @Test
  void refusesTextThatIsNotPrintableAscii() {
    assertRefused(Refusal.MALFORMED, timestamp("1", "2026-12-07T06:53:40Z\u00e9", SNAPSHOT_META));
    assertRefused(Refusal.MALFORMED, timestamp("1", "\\n2026-12-07T06:53:40Z", SNAPSHOT_META));
  }

  @Test
  void refusesAnyOtherWritingOfTheSameObjectAsNotCanonical() {
    assertRefused(Refusal.NOT_CANONICAL, GOOD + "\n");
    assertRefused(Refusal.NOT_CANONICAL, " " + GOOD);
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace("\"version\":1", "\"version\": 1"));
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace("Timestamp", "Time\\u0073tamp"));
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace("\"version\"", "\"\\u0076ersion\""));
    String reordered =
        GOOD.replace(",\"version\":1", "").replace("{\"_type\"", "{\"version\":1,\"_type\"");
    assertRefused(Refusal.NOT_CANONICAL, reordered);
    String slash = hashes("/" + SHA256.substring(1), SHA512);
    String escaped = slash.replace("\"/", "\"\\/");
    parse(timestamp("1", EXPIRES, "{\"snapshot\":" + file(slash, "1") + "}"));
    assertRefused(
        Refusal.NOT_CANONICAL,
        timestamp("1", EXPIRES, "{\"snapshot\":" + file(escaped, "1") + "}"));
  }

  @Test
  void namesTheFaultThePublisherCanMendBeforeTheFormOfTheBytes() {
    assertRefused(Refusal.UNKNOWN_FIELD, " " + GOOD.replace("\"version\"", "\"VERSION\""));
    assertRefused(Refusal.WRONG_TYPE, " " + GOOD.replace("Timestamp", "timestamp"));
    assertRefused(Refusal.META_INVALID, " " + GOOD.replace(":683", ":0"));
  }

  @ParameterizedTest(name = "NT-1 refuses the meta {0}")
  @ValueSource(strings = {"{}", "[]", "null", "\"snapshot\"", "1"})
  void refusesATimestampWhoseMetaIsNotTheSnapshotAlone(String meta) {
    assertRefused(Refusal.META_INVALID, timestamp("1", EXPIRES, meta));
  }

  @Test
  void refusesOtherOrMoreNamesInATimestamp() {
    for (String meta :
        List.of(meta("snapshot.json"), meta("root", "snapshot"), meta("snapshot", "targets"))) {
      assertRefused(Refusal.META_INVALID, timestamp("1", EXPIRES, meta));
    }
  }

  @Test
  void refusesAMetaEntryWithOtherMembersThanHashesAndLength() {
    assertEntryRefused(
        Refusal.UNKNOWN_FIELD, "{\"custom\":{},\"hashes\":" + HASHES + ",\"length\":1}");
    assertEntryRefused(
        Refusal.UNKNOWN_FIELD, "{\"hashes\":" + HASHES + ",\"length\":1,\"version\":1}");
    assertEntryRefused(Refusal.UNKNOWN_FIELD, "{\"hashes\":" + HASHES + "}");
    assertEntryRefused(Refusal.UNKNOWN_FIELD, "{\"length\":1}");
    assertEntryRefused(Refusal.META_INVALID, "[]");
    assertEntryRefused(Refusal.META_INVALID, "null");
  }

  @Test
  void refusesOtherHashesThanSha256AndSha512() {
    String sha256 = "\"sha256\":\"" + SHA256 + "\"";
    String sha512 = "\"sha512\":\"" + SHA512 + "\"";
    for (String hashes :
        List.of(
            "{}",
            "[]",
            "null",
            "{" + sha256 + "}",
            "{" + sha512 + "}",
            "{\"md5\":\"AAAA\"," + sha256 + "," + sha512 + "}",
            "{" + sha256 + ",\"sha384\":\"AAAA\"}")) {
      assertEntryRefused(Refusal.META_INVALID, file(hashes, "1"));
    }
  }

  @Test
  void admitsSha256AloneOnlyWhereTheKeyMay() {
    String text =
        timestamp(
            "1", EXPIRES, "{\"snapshot\":" + file("{\"sha256\":\"" + SHA256 + "\"}", "1") + "}");
    assertRefused(Refusal.META_INVALID, text);
    assertNull(NOTARY.timestamp(ascii(text), LEGACY).snapshot().sha512());
    assertEquals(1, NOTARY.timestamp(ascii(GOOD), LEGACY).version().number());
    String sha512Alone = file("{\"sha512\":\"" + SHA512 + "\"}", "1");
    assertThrows(
        RefusedException.class,
        () ->
            NOTARY.timestamp(
                ascii(timestamp("1", EXPIRES, "{\"snapshot\":" + sha512Alone + "}")), LEGACY));
  }

  @Test
  void refusesHashesThatAreNotPaddedCanonicalBase64OfTheRightLength() {
    String unpadded = SHA256.substring(0, 43);
    String strayBits = SHA256.substring(0, 42) + "B=";
    for (String hash :
        List.of(
            "",
            unpadded,
            strayBits,
            base64(31),
            base64(33),
            SHA512,
            "-" + SHA256.substring(1),
            " " + SHA256,
            "00".repeat(32))) {
      assertEntryRefused(Refusal.META_INVALID, file(hashes(hash, SHA512), "1"));
    }
    for (String hash : List.of(base64(63), base64(65), SHA256, SHA512.substring(0, 86) + "=")) {
      assertEntryRefused(Refusal.META_INVALID, file(hashes(SHA256, hash), "1"));
    }
    assertEntryRefused(
        Refusal.META_INVALID, file("{\"sha256\":1,\"sha512\":\"" + SHA512 + "\"}", "1"));
  }

  @ParameterizedTest(name = "NT-4 admits length {0}")
  @ValueSource(strings = {"1", "683", "104857600"})
  void admitsLengthsFrom1To100MiB(String length) {
    assertEquals(Long.parseLong(length), parse(entry(file(HASHES, length))).snapshot().length());
  }

  @ParameterizedTest(name = "NT-4 refuses length {0}")
  @ValueSource(strings = {"0", "-5", "104857601", "9007199254740991", "\"1\"", "null"})
  void refusesOtherLengths(String length) {
    assertEntryRefused(Refusal.META_INVALID, file(HASHES, length));
  }

  @ParameterizedTest(name = "NS-1 admits the name {0}")
  @ValueSource(
      strings = {
        "targets/a",
        "targets/releases/nightly",
        "targets/-_0/z9",
        "targets/targets",
        "targets/root"
      })
  void admitsDelegations(String name) {
    assertTrue(snapshot(meta("root", "targets", name)).meta().containsKey(name));
  }

  @ParameterizedTest(name = "NS-1 refuses the name {0}")
  @ValueSource(
      strings = {
        "targets/",
        "targets/a/",
        "targets//a",
        "targets/a//b",
        "targets/A",
        "targets/a.b",
        "targets/..",
        "targets/a b",
        "target/a",
        "snapshot",
        "timestamp",
        "targetsx",
        "root/a",
        "a",
        "root.json",
        "targets.json",
        "",
        "targets/a:b"
      })
  void refusesOtherNames(String name) {
    assertRefused(
        Refusal.META_INVALID, Role.SNAPSHOT, snapshotText("3", meta("root", "targets", name)));
  }

  @Test
  void refusesBaseNamesInOtherCase() {
    assertRefused(
        Refusal.UNKNOWN_FIELD, Role.SNAPSHOT, snapshotText("3", meta("Root", "root", "targets")));
    assertRefused(
        Refusal.UNKNOWN_FIELD,
        Role.SNAPSHOT,
        snapshotText("3", meta("TARGETS", "root", "targets")));
  }

  @Test
  void namesHave255BytesAtMost() {
    String longest = "targets/" + "a".repeat(247);
    assertEquals(3, snapshot(meta("root", "targets", longest)).meta().size());
    assertRefused(
        Refusal.META_INVALID,
        Role.SNAPSHOT,
        snapshotText("3", meta("root", "targets", longest + "a")));
  }

  @Test
  void aSnapshotNamesRootAndTargets() {
    assertRefused(Refusal.META_INVALID, Role.SNAPSHOT, snapshotText("3", meta("root")));
    assertRefused(Refusal.META_INVALID, Role.SNAPSHOT, snapshotText("3", meta("targets")));
    assertRefused(Refusal.META_INVALID, Role.SNAPSHOT, snapshotText("3", "{}"));
    assertRefused(
        Refusal.META_INVALID, Role.SNAPSHOT, snapshotText("3", meta("root", "targets/a")));
  }

  @Test
  void aSnapshotHas1000NamesAtMostUnlessRaised() {
    assertEquals(1_000, snapshot(names(1_000)).meta().size());
    byte[] more = ascii(snapshotText("3", names(1_001)));
    var thrown =
        assertThrows(RefusedException.class, () -> NOTARY.snapshot(more, FormOptions.DEFAULT));
    assertEquals(Refusal.META_INVALID, thrown.reason());
    assertEquals(1_001, NOTARY.snapshot(more, new FormOptions(false, 1_001)).meta().size());
  }

  @Test
  void answersInPrintableAsciiOf512BytesAtMostHoweverLongTheValue() {
    String long1 = "\u00f6\"\\".repeat(300);
    for (String text :
        List.of(
            GOOD.replace("\"version\"", "\"" + "x".repeat(900) + "\""),
            GOOD.replace("Timestamp", "T".repeat(3_000)),
            GOOD.replace(EXPIRES, "9".repeat(3_000)),
            GOOD.replace(SHA256, "A".repeat(3_000)),
            GOOD.replace("\"Timestamp\"", "\"" + long1.replace("\\", "") + "\""),
            GOOD.replace("\"version\"", "\"\\\"\\\\\\\"\\\\\\\"\\\\".repeat(1) + "\""))) {
      assertShowable(assertThrows(RefusedException.class, () -> parse(text)));
    }
  }

  static void assertShowable(RefusedException refused) {
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.length() <= 512, message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
  }

  private static String sha512(Timestamp timestamp) {
    var sha512 = timestamp.snapshot().sha512();
    return sha512 == null ? "none" : sha512.base64();
  }

  private static Timestamp parse(String text) {
    return NOTARY.timestamp(text.getBytes(StandardCharsets.UTF_8), FormOptions.DEFAULT);
  }

  private static Snapshot snapshot(String meta) {
    return NOTARY.snapshot(ascii(snapshotText("3", meta)), FormOptions.DEFAULT);
  }

  private static void assertEntryRefused(Refusal reason, String file) {
    assertRefused(reason, entry(file));
    assertRefused(
        reason,
        Role.SNAPSHOT,
        snapshotText("3", "{\"root\":" + FILE + ",\"targets\":" + file + "}"));
  }

  private static void assertRefused(Refusal reason, Role role, String text) {
    assertRefusal(reason, role, text);
  }

  private static RefusedException assertRefused(Refusal reason, String text) {
    return assertRefusal(reason, Role.TIMESTAMP, text);
  }

  private static RefusedException assertRefusal(Refusal reason, Role role, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var refused =
        assertThrows(RefusedException.class, () -> NOTARY.parse(role, bytes, FormOptions.DEFAULT));
    assertEquals(reason, refused.reason(), () -> String.valueOf(refused.getMessage()));
    assertShowable(refused);
    return refused;
  }

  private static String entry(String file) {
    return timestamp("1", EXPIRES, "{\"snapshot\":" + file + "}");
  }

  private static String timestamp(String version, String expires, String meta) {
    return signed("Timestamp", version, expires, meta);
  }

  private static String snapshotText(String version, String meta) {
    return signed("Snapshot", version, EXPIRES, meta);
  }

  private static String signed(String type, String version, String expires, String meta) {
    return "{\"_type\":\"%s\",\"expires\":\"%s\",\"meta\":%s,\"version\":%s}"
        .formatted(type, expires, meta, version);
  }

  private static String names(int count) {
    String[] delegations =
        IntStream.range(2, count).mapToObj("targets/d%04d"::formatted).toArray(String[]::new);
    String base = meta("root", "targets");
    return base.substring(0, base.length() - 1) + "," + meta(delegations).substring(1);
  }

  private static String meta(String... names) {
    return List.of(names).stream()
        .map(name -> "\"" + name + "\":" + FILE)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String file(String hashes, String length) {
    return "{\"hashes\":" + hashes + ",\"length\":" + length + "}";
  }

  private static String hashes(String sha256, String sha512) {
    return "{\"sha256\":\"" + sha256 + "\",\"sha512\":\"" + sha512 + "\"}";
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
