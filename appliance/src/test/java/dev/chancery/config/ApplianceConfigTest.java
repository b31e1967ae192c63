package dev.chancery.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.config.PolicyConfig.Budget;
import dev.chancery.config.PolicyConfig.Lifetime;
import dev.chancery.config.PolicyConfig.Profile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplianceConfigTest {
  /** Every required setting and no other; the tests count its lines. */
  private static final String SMALLEST =
      """
      token:
        module: /usr/lib/softhsm/libsofthsm2.so
        label: chancery-online
        serial: "0123456789abcdef"
        pin: {file: pins/user.pin}
      ledger:
        sqlite: ledger/ledger.db
      rest:
        certificate: tls/server.crt
        key: tls/server.key
        clientCa: tls/ca.crt
      access: access.yaml
      """;

  @TempDir Path directory;

  @Test
  void backupsHaveRecipientsWhereTheyAreNamed() throws IOException {
    assertEquals(List.of(), load(SMALLEST).backup().recipients());
    assertEquals(
        List.of(directory.resolve("backup/one.crt"), Path.of("/keys/two.crt")),
        load(SMALLEST + "backup: {recipients: [backup/one.crt, /keys/two.crt]}\n")
            .backup()
            .recipients());
  }

  @Test
  void checkpointsMayBeMadeMoreOftenAndPushed() throws IOException {
    ApplianceConfig config =
        load(
            SMALLEST
                + """
                checkpoints:
                  rows: 10
                  interval: 10s
                  lastSeen: kept.txt
                  push:
                    directory: /mnt/witness
                    http: {url: "https://witness.example/c", ca: ca.crt, certificate: c.crt, key: c.key, deadline: 3s}
                """);
    assertEquals(
        new CheckpointsConfig(
            10,
            Duration.ofSeconds(10),
            directory.resolve("kept.txt"),
            Path.of("/mnt/witness"),
            new PushHttpConfig(
                URI.create("https://witness.example/c"),
                directory.resolve("ca.crt"),
                directory.resolve("c.crt"),
                directory.resolve("c.key"),
                Duration.ofSeconds(3))),
        config.checkpoints());
    assertEquals(
        new CheckpointsConfig(1_000, Duration.ofMinutes(10), null, null, null),
        load(SMALLEST).checkpoints());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rows: 1001",
        "rows: 9",
        "interval: 11m",
        "interval: 9s",
        "push: {http: {url: \"http://witness.example/c\"}}",
        "push: {http: {url: \"https://witness.example/c\"}}",
        "push: {http: {url: \"http://127.0.0.1/c\", ca: ca.crt}}",
        "push: {http: {url: \"https://a@witness.example/c\", ca: ca.crt}}",
        "push: {http: {url: \"https://witness.example/c\", ca: ca.crt, key: c.key}}",
        "push: {http: {url: \"ftp://127.0.0.1/c\"}}",
        "push: {url: x}",
      })
  void checkpointsAreNotMadeLessOftenNorSentInTheClear(String setting) throws IOException {
    assertEquals(
        new PushHttpConfig(
            URI.create("http://localhost:9/c"), null, null, null, Duration.ofSeconds(10)),
        load(SMALLEST + "checkpoints: {push: {http: {url: \"http://localhost:9/c\"}}}\n")
            .checkpoints()
            .pushHttp());
    assertThrows(ConfigException.class, () -> load(SMALLEST + "checkpoints: {" + setting + "}\n"));
  }

  @Test
  void theSmallestFileHasTheDefaultsOfTheRules() throws IOException {
    ApplianceConfig config = load(SMALLEST);
    assertEquals(directory.resolve("chancery.yaml"), config.file());
    assertEquals(
        new TokenConfig(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            "chancery-online",
            "0123456789abcdef",
            new PinConfig.PinFile(directory.resolve("pins/user.pin")),
            Map.of(),
            4,
            Duration.ofSeconds(5)),
        config.token());
    assertEquals(new LedgerConfig.Sqlite(directory.resolve("ledger/ledger.db")), config.ledger());
    assertEquals("127.0.0.1", config.rest().host());
    assertEquals(8443, config.rest().port());
    assertNull(config.upstream());
    assertEquals(directory.resolve("tls/ca.crt"), config.rest().clientCa());
    assertEquals(new ProbesConfig("127.0.0.1", 8081), config.probes());
    assertEquals(directory.resolve("access.yaml"), config.access());
    PolicyConfig policy = config.policy();
    assertEquals(Profile.STANDARD, policy.profile());
    assertEquals(new Lifetime(Duration.ofHours(1), Duration.ofDays(14)), policy.timestamp());
    assertEquals(new Lifetime(Duration.ofHours(1), Duration.ofDays(1095)), policy.snapshot());
    assertEquals(Duration.ofHours(24), policy.expirySlack());
    assertEquals(1000, policy.maxFirstJump());
    assertEquals(1, policy.maxJump());
    assertEquals(10, policy.restoreJump());
    assertEquals(new Budget(500, 100), policy.budgets().keyVersions());
    assertEquals(new Budget(20_000, 2_000), policy.budgets().keyHashes());
    assertEquals(new PolicyConfig.Contents(20, 1000), policy.budgets().contents());
    assertEquals(new PolicyConfig.Quotas(20, 10, 200, 10_000, 1000), policy.quotas());
  }

  @Test
  void everySettingIsRead() throws IOException {
    ApplianceConfig config =
        load(
            """
            token:
              module: lib/p11.so
              label: bench-1
              serial: a1
              pin: {credential: token-pin}
              environment: {SOFTHSM2_CONF: token/softhsm2.conf}
              sessions: 8
              deadline: 1500ms
            ledger: {sqlite: /var/ledger.db}
            rest:
              host: "::1"
              port: 0
              certificate: a
              key: b
              clientCa: c
              limits: {bodyBytes: 20000, headerBytes: 4096, connections: 7, idle: 11s, request: 12s,
                drain: 13s, threads: 9}
            upstream: {host: old, port: 2, ca: d, certificate: e, key: f, deadline: 14s}
            probes: {host: localhost, port: 1}
            access: /etc/access.yaml
            policy:
              profile: bench
              timestamp: {minLife: 2h, maxLife: 15d}
              snapshot: {minLife: 3h, maxLife: 1096d}
              expirySlack: 25h
              maxFirstJump: 17
              maxJump: 3
              restoreJump: 14
              clockSkew: 4m
              legacySha256Only: [%s]
              maxNames: 19
              shadow: {until: 2026-12-31}
              tuf:
                timestamp: {minLife: 5m, maxLife: 7d}
                snapshot: {minLife: 6m, maxLife: 3650d}
                maxJump: 33
                allowSameVersion: [tuf.example/a]
                requireHashes: [tuf.example/b]
                nonAsciiNames: [tuf.example/c]
                timestampFields: [x-d]
                snapshotFields: [x-e]
              budgets:
                keyVersions: {burst: 21, perHour: 22}
                callerVersions: {burst: 23, perHour: 24}
                keyHashes: {burst: 25, perHour: 26}
                contents: {warnAbove: 27, refuseAbove: 28}
              quotas: {newKeysPerDay: 29, rotationReserve: 5, newRepositoriesPerHour: 31,
                tokenKeys: 32, tokenReserve: 6}
            """
                .formatted("12".repeat(32)));
    assertEquals(
        new TokenConfig(
            directory.resolve("lib/p11.so"),
            "bench-1",
            "a1",
            new PinConfig.Credential("token-pin"),
            Map.of("SOFTHSM2_CONF", directory.resolve("token/softhsm2.conf").toString()),
            8,
            Duration.ofMillis(1500)),
        config.token());
    assertEquals(Path.of("/var/ledger.db"), config.ledger().sqlite());
    assertEquals(
        new UpstreamConfig(
            "old",
            2,
            directory.resolve("d"),
            directory.resolve("e"),
            directory.resolve("f"),
            Duration.ofSeconds(14)),
        config.upstream());
    assertEquals(
        new RestConfig(
            "::1",
            0,
            directory.resolve("a"),
            directory.resolve("b"),
            directory.resolve("c"),
            new RestConfig.Limits(
                20_000,
                4096,
                7,
                Duration.ofSeconds(11),
                Duration.ofSeconds(12),
                Duration.ofSeconds(13),
                9)),
        config.rest());
    assertEquals(new ProbesConfig("localhost", 1), config.probes());
    assertEquals(
        new PolicyConfig(
            Profile.BENCH,
            new Lifetime(Duration.ofHours(2), Duration.ofDays(15)),
            new Lifetime(Duration.ofHours(3), Duration.ofDays(1096)),
            Duration.ofHours(25),
            17,
            3,
            14,
            Duration.ofMinutes(4),
            Set.of(new KeyId("12".repeat(32))),
            19,
            new PolicyConfig.Budgets(
                new Budget(21, 22),
                new Budget(23, 24),
                new Budget(25, 26),
                new PolicyConfig.Contents(27, 28)),
            new PolicyConfig.Quotas(29, 5, 31, 32, 6),
            Instant.parse("2026-12-31T00:00:00Z"),
            new TufConfig(
                new Lifetime(Duration.ofMinutes(5), Duration.ofDays(7)),
                new Lifetime(Duration.ofMinutes(6), Duration.ofDays(3650)),
                33,
                Set.of(new RepositoryName("tuf.example/a")),
                Set.of(new RepositoryName("tuf.example/b")),
                Set.of(new RepositoryName("tuf.example/c")),
                Set.of("x-d"),
                Set.of("x-e"))),
        config.policy());
  }

  @Test
  void aLedgerInADatabaseIsRead() throws IOException {
    assertEquals(
        new LedgerConfig.Postgresql(
            "postgresql://127.0.0.1:5433,[::1],localhost/chancery", "node", null, null),
        load(withLedger(
                "{url: \"postgresql://127.0.0.1:5433,[::1],localhost/chancery\", user: node}"))
            .ledger());
    assertEquals(
        new LedgerConfig.Postgresql(
            "postgresql://db.example/chancery",
            "node",
            directory.resolve("pass"),
            new LedgerConfig.Tls(
                directory.resolve("ca"), directory.resolve("crt"), directory.resolve("key"))),
        load(withLedger(
                "{url: \"postgresql://db.example/chancery\", user: node, passwordFile: pass,"
                    + " tls: {ca: ca, certificate: crt, key: key}}"))
            .ledger());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "postgresql://node:secret@127.0.0.1/chancery",
        "postgresql://127.0.0.1/chancery?password=secret",
        "postgresql://127.0.0.1/chancery?sslmode=disable",
        "jdbc:postgresql://127.0.0.1/chancery",
        "postgresql://127.0.0.1",
        "postgresql://127.0.0.1,db.example/chancery"
      })
  void aDatabaseUrlHoldsNoLoginAndNoOtherMachineWithoutTls(String url) {
    String text = withLedger("{url: \"" + url + "\", user: node}");
    var refused = assertThrows(ConfigException.class, () -> load(text));
    assertEquals("ledger.postgresql.url", refused.setting());
    assertFalse(String.valueOf(refused.getMessage()).contains("secret"));
  }

  private static String withLedger(String postgresql) {
    return SMALLEST.replaceFirst("(?m)^  sqlite: .*$", "  postgresql: " + postgresql);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{}",
        "{until: 31d}",
        "{until: 2026-02-30}",
        "{until: 2026-12-31T00:00:00Z}",
        "true",
        "{until: 2026-12-31, from: 2026-12-01}"
      })
  void shadowModeEndsOnADate(String shadow) {
    String text = SMALLEST + "policy: {shadow: " + shadow + "}\n";
    var refused = assertThrows(ConfigException.class, () -> load(text));
    assertTrue(refused.setting().startsWith("policy.shadow"), refused::getMessage);
  }

  @Test
  void aPinMayBeTypedAtTheTerminal() throws IOException {
    assertEquals(
        new PinConfig.Prompt(),
        load(SMALLEST.replace("{file: pins/user.pin}", "prompt")).token().pin());
  }

  @Test
  void theProfileBenchRaisesBudgetsAndQuotasOfABenchToken() throws IOException {
    String bench = SMALLEST.replace("chancery-online", "bench-online");
    PolicyConfig policy = load(bench + "policy: {profile: bench}\n").policy();
    assertTrue(policy.budgets().keyVersions().burst() >= 1_000_000);
    assertTrue(policy.quotas().newRepositoriesPerHour() >= 1_000_000);
    assertEquals(Duration.ofDays(14), policy.timestamp().maxLife());
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad("label: chancery", "lable: chancery", "3:3: token.lable: unknown", "mean \"label\"?"),
        bad("access:", "acces:", "12:1: acces: unknown setting", "mean \"access\"?"),
        bad("access:", "zebra:", "12:1: zebra: unknown", "Known here: token, ledger, rest"),
        bad("  key: tls", "  certificate: tls", "10:3: rest.certificate: given twice"),
        bad("  label: chancery-online\n", "", "2:3: token.label: missing; must be text of 1 to 32"),
        bad("ledger:\n  sqlite: ledger/ledger.db\n", "", "1:1: ledger: missing; must be settings"),
        bad("\"0123456789abcdef\"", "12345678", "4:11: token.serial: is \"12345678\"", "quotes"),
        bad("chancery-online", "x".repeat(33), "3:10: token.label", "1 to 32 characters"),
        bad("chancery-online", "[a]", "3:10: token.label: must be one value"),
        bad("{file: pins/user.pin}", "1234", "5:8: token.pin: is \"1234\"", "prompt"),
        bad("{file: pins/user.pin}", "{}", "5:8: token.pin: must be exactly one of"),
        bad("{file: pins/user.pin}", "{file: a, credential: b}", "token.pin: must be exactly one"),
        bad("  pin: {file: pins/user.pin}\n", "", "2:3: token.pin: missing; must be prompt"),
        bad("{file: pins/user.pin}", "&a {file: b}", "token.pin: anchors"),
        bad("  sqlite: l", "  sqlite: &a l", "7:11: ledger.sqlite: anchors"),
        bad("tls/ca.crt", "no", "11:13: rest.clientCa: is \"no\"", "a file name"),
        bad("tls/ca.crt", "\"a\\0b\"", "rest.clientCa: is \"a?b\""),
        add("probes: {port: 65536}", "13:16: probes.port: is \"65536\"", "from 0 to 65535"),
        add("upstream: {host: old}", "13:11: upstream.ca: missing"),
        add("upstream: {host: old, port: 0}", "13:29: upstream.port", "from 1 to 65535"),
        add("probes: {port: -1}", "13:16: probes.port: is \"-1\""),
        add("probes: {port: 0x10}", "13:16: probes.port: is \"0x10\""),
        add("probes: {port: 8_081}", "13:16: probes.port"),
        add("probes: {port: \"8081\"}", "13:16: probes.port"),
        add("probes: {port: 1.0}", "13:16: probes.port"),
        add("probes: 8081", "13:9: probes: must hold settings: host, port"),
        add("probes:", "13:8: probes: must hold settings"),
        add("probes: !x {port: 1}", "13:9: probes: must hold settings"),
        add("policy: {clockSkew: 5}", "13:21: policy.clockSkew: is \"5\"", "1s to 1h"),
        add("policy: {clockSkew: 61m}", "13:21: policy.clockSkew"),
        add("policy: {clockSkew: 5 m}", "13:21: policy.clockSkew"),
        add("policy: {clockSkew: 5w}", "13:21: policy.clockSkew"),
        add("policy: {maxJump: 0}", "policy.maxJump", "from 1 to"),
        add("policy: {timestamp: {maxLife: 335h}}", "policy.timestamp.maxLife", "refuse every"),
        add("policy: {snapshot: {maxLife: 1094d}}", "policy.snapshot.maxLife", "from 1095d"),
        add("backup: {recipients: one.crt}", "backup.recipients: must be a list"),
        add("backup: {recipient: [one.crt]}", "backup.recipient: unknown setting"),
        add("policy: {legacySha256Only: abc}", "policy.legacySha256Only: must be a list"),
        add("policy: {legacySha256Only: [abc]}", "13:29: policy.legacySha256Only[0]", "64 lower"),
        add("policy: {profile: bench}", "13:19: policy.profile", "bench-", "chancery-online"),
        add(
            "policy: {profile: fast}",
            "policy.profile: is \"fast\", must be one of standard, bench"),
        add("policy: {budgets: {contents: {warnAbove: 1001}}}", "contents.warnAbove: is 1001"),
        add("policy: {quotas: {rotationReserve: 20}}", "must be less than newKeysPerDay, 20"),
        add("policy: {quotas: {tokenKeys: 50, tokenReserve: 50}}", "less than tokenKeys, 50"),
        add("<<: {port: 1}", "13:1: <<: unknown setting"),
        add("? [a]\n: b", "13:3: ?: unknown setting"),
        add("---\na: b", "not YAML"),
        add("policy: {", "not YAML"),
        add("policy: \t- @", "not YAML"));
  }

  @ParameterizedTest(name = "{1} says {2}")
  @MethodSource("badFiles")
  void aBadFileIsRefusedByFileLineAndSetting(String text, String change, String[] says)
      throws IOException {
    ConfigException thrown = assertThrows(ConfigException.class, () -> load(text));
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.startsWith(directory.resolve("chancery.yaml") + ":"), message);
    for (String part : says) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void theNearestGoodNeighboursOfTheBadFilesAreRead() throws IOException {
    load(SMALLEST + "probes: {port: 65535}\n");
    load(SMALLEST + "probes: {}\n");
    load(SMALLEST + "policy: {clockSkew: 1h, timestamp: {maxLife: 336h}}\n");
    load(SMALLEST + "policy: {budgets: {contents: {warnAbove: 1000}}}\n");
    load(SMALLEST + "policy: {quotas: {rotationReserve: 19, tokenKeys: 50, tokenReserve: 49}}\n");
    load(SMALLEST.replace("chancery-online", "x".repeat(32)));
  }

  @Test
  void aFileThatIsNotThereIsToldWithTheWayToMakeOne() {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> ApplianceConfig.load(directory.resolve("no")));
    assertTrue(String.valueOf(thrown.getMessage()).contains("does not exist"));
    assertEquals(0, thrown.line());
  }

  @Test
  void bytesThatAreNoTextAndEmptyFilesAreRefused() throws IOException {
    Path file = directory.resolve("chancery.yaml");
    Files.write(file, new byte[] {(byte) 0xff, 0x20});
    assertThrows(ConfigException.class, () -> ApplianceConfig.load(file));
    Files.writeString(file, "# nothing\n");
    assertThrows(ConfigException.class, () -> ApplianceConfig.load(file));
    Files.writeString(file, "token:\n" + " ".repeat(1 << 20));
    assertThrows(ConfigException.class, () -> ApplianceConfig.load(file));
  }

  @Test
  void theExceptionCarriesLineColumnAndSetting() {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> load(SMALLEST + "probes: {port: x}\n"));
    assertEquals(13, thrown.line());
    assertEquals(16, thrown.column());
    assertEquals("probes.port", thrown.setting());
  }

  private ApplianceConfig load(String text) throws IOException {
    Path file = directory.resolve("chancery.yaml");
    Files.writeString(file, text);
    return ApplianceConfig.load(file);
  }

  private static Arguments bad(String from, String to, String... says) {
    assertTrue(SMALLEST.contains(from), from);
    return Arguments.of(SMALLEST.replace(from, to), from + " -> " + to, says);
  }

  private static Arguments add(String line, String... says) {
    return Arguments.of(SMALLEST + line + "\n", line, says);
  }
}
