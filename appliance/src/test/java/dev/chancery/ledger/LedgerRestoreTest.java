package dev.chancery.ledger;

import static dev.chancery.ledger.LedgerBench.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.policy.Frontier;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ledger copied while it is open, and made again elsewhere. */
class LedgerRestoreTest {
  private static final List<String> TABLES =
      List.of(
          "setting WHERE name <> 'touched' ORDER BY name",
          "ledger_row ORDER BY sequence",
          "tree_hash ORDER BY number",
          "audit_key ORDER BY number",
          "signing_key ORDER BY number",
          "other_content ORDER BY signing_key, digest",
          "issued ORDER BY content",
          "seen_hash ORDER BY signing_key, name, hash",
          "issued_snapshot ORDER BY sha256",
          "caller_budget ORDER BY caller");

  /** An Ed25519 SubjectPublicKeyInfo (RFC 8410, section 10.1). */
  private static final byte[] AUDIT_KEY =
      HexFormat.of()
          .parseHex(
              "302a300506032b6570032100"
                  + "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");

  /** So many that a block of 256 rows is complete. */
  private static final int VERSIONS = 66;

  @TempDir Path directory;

  private LedgerBench bench;
  private Path restored;

  @BeforeEach
  void open() {
    bench = new LedgerBench(directory.resolve("ledger.db"), PolicySettings.NOTARY);
    restored = directory.resolve("restored.db");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void fill() {
    fill(5);
  }

  /** Something of everything that tables keep. */
  private void fill(int versions) {
    KeyRecord snapshots = bench.key(APP, Role.SNAPSHOT);
    KeyRecord timestamps = bench.key(APP, Role.TIMESTAMP);
    KeyRecord frozen = bench.key(new RepositoryName("registry.example/other"), Role.TIMESTAMP);
    bench.ledger.addKey(bench.foreignKey(new RepositoryName("old"), Role.TIMESTAMP)).join();
    for (int version = 1; version <= versions; version++) {
      MetaFile served = bench.issue(bench.proposal(snapshots, version, "targets " + version));
      Proposal timestamp = bench.proposal(timestamps, version, Map.of("snapshot", served));
      bench.issue(timestamp);
      bench.now = bench.now.plusSeconds(61);
    }
    assertEquals("admit", bench.verdict(bench.proposal(snapshots, versions, "another content")));
    assertEquals(
        "META_ROLLBACK", bench.verdict(bench.proposal(snapshots, versions + 1, "targets 2")));
    bench.ledger.setStatus(frozen, KeyStatus.FROZEN, "CN=operator", "lost", bench.now).join();
    bench
        .ledger
        .changeRepository(
            new RepositoryName("registry.example/moved"),
            before ->
                new RepositorySettings(
                    before.name(), Custody.PUBLISHER, new Version(7), new Version(9)),
            "CN=operator",
            "moves here",
            bench.now)
        .join();
    lower(frozen);
    checkpoint();
    Approval approval = new Approval(Sha256.of(new byte[3]), "CN=operator");
    LedgerRebase lost = new LedgerRebase(approval, "restored", 900, Sha256.of(new byte[4]), 9);
    bench.ledger.rebaseLedger(lost, bench.now).join();
  }

  /** A watermark that a re-base took down, of a key that is resumed since. */
  private void lower(KeyRecord frozen) {
    KeyRecord key = bench.key(frozen.repository(), Role.TIMESTAMP);
    for (int version = 1; version <= 3; version++) {
      assertEquals("admit", bench.verdict(bench.proposal(key, version, "v" + version)));
    }
    Rebase.Target target =
        new Rebase.Target(key, new Version(3), bench.proposal(key, 2, "v2").metadata());
    Approval approval = new Approval(Sha256.of(new byte[1]), "CN=operator");
    bench.ledger.rebase(new Rebase(List.of(target), approval, "restored", false), bench.now).join();
  }

  private void checkpoint() {
    AuditKey key =
        new AuditKey(
            Algorithm.ED25519,
            new TokenPlace("token", "0001", "audit-1", Sha256.of(new byte[2])),
            new PublicKeyInfo(AUDIT_KEY),
            bench.now);
    bench.ledger.addAuditKey(key, "chancery").join();
    TreeHead head = bench.ledger.treeHead();
    Checkpoint made =
        new Checkpoint(
            head.ledgerId(), head.size(), head.rootHash(), head.headHash(), 5, bench.now);
    bench.ledger.checkpoint(made, key, new RawSignature(new byte[64]), "request").join();
  }

  private static Map<String, List<String>> tables(Path file) throws SQLException {
    Map<String, List<String>> tables = new TreeMap<>();
    try (Connection connection = Sqlite.openForReading(file);
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        tables.put(table, dump(statement.executeQuery("SELECT * FROM " + table)));
      }
      // Their numbers follow the order in which they came to the table, which means nothing.
      tables.put(
          "repository",
          dump(
              statement.executeQuery(
                  "SELECT name, timestamp_key, custody, timestamp_start, snapshot_start"
                      + " FROM repository ORDER BY name")));
      tables.put(
          "key_state",
          dump(
              statement.executeQuery(
                  "SELECT signing_key, watermark, digest, sequence, admitted, lowered_by"
                      + " FROM key_state ORDER BY signing_key")));
    }
    tables.put("states", states(file));
    return tables;
  }

  /** As values: what a frontier has of a name is encoded in no particular order. */
  private static List<String> states(Path file) throws SQLException {
    List<String> states = new ArrayList<>();
    try (LedgerStore store = new SqliteSource(file).openForReading()) {
      for (KeyRecord key : store.keys.all()) {
        store.states.get(key.number()).map(LedgerRestoreTest::sorted).ifPresent(states::add);
      }
    }
    return states;
  }

  private static String sorted(KeyState state) {
    return String.join(
        " ",
        String.valueOf(state.watermark()),
        state.firstSequence() + " " + state.equalSince() + " " + state.equalCount(),
        state.newVersions() + " " + state.newHashes() + " " + state.resumed(),
        sorted(state.before()),
        sorted(state.at()));
  }

  private static String sorted(Frontier frontier) {
    return String.join(
        " ",
        frontier.version() + " " + frontier.contents() + " " + frontier.allLinked(),
        String.valueOf(frontier.oldestNamed()),
        String.valueOf(new TreeMap<>(frontier.names())));
  }

  private static List<String> dump(ResultSet rows) throws SQLException {
    List<String> all = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        StringBuilder line = new StringBuilder();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          Object value = rows.getObject(column);
          line.append(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value)
              .append('|');
        }
        all.add(line.toString());
      }
    }
    return all;
  }

  @Test
  void aRestoredLedgerHasEveryRowAndTableOfTheOneThatWasCopied() throws Exception {
    fill(VERSIONS);
    Map<String, List<String>> before = tables(bench.file);
    bench.restore(bench.copy(), restored);
    Map<String, List<String>> after = tables(restored);
    List<String> rows = Objects.requireNonNull(after.get("ledger_row ORDER BY sequence"));
    rows.removeLast();
    // Rows are numbered from 0 and blocks have 256: the row that was added completes none here.
    before.forEach((table, lines) -> assertEquals(differing(lines, after.get(table)), "", table));
    LedgerReader reader = LedgerReader.of(restored);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
    ParsedRow added = ParsedRow.of(reader.row(rows.size()));
    assertEquals("operator-action", added.text("kind"));
    assertEquals("ledger-restored", added.text("action"));
    assertEquals("a test", added.text("detail"));
    try (var files = Files.list(directory)) {
      assertFalse(files.anyMatch(each -> each.toString().contains(".restoring")));
    }
  }

  @Test
  void whatIsWrittenWhileACopyIsMadeIsNotInIt() throws Exception {
    fill();
    LedgerHead head = bench.ledger.head();
    byte[] copy = bench.copy();
    bench.ledger.operatorAction("CN=operator", "later", "", bench.now).join();
    bench.restore(copy, restored);
    assertEquals(head.hash(), LedgerReader.of(restored).rowHash(head.sequence()).orElseThrow());
    assertEquals(head.sequence() + 1, LedgerReader.of(restored).head().sequence());
  }

  @Test
  void aLedgerInUseIsNamedAndLeftAlone() {
    String refused = refusal(() -> LedgerRestore.into(bench.file));
    assertTrue(refused.contains("is in use"), refused);
  }

  @Test
  void aLedgerThatNobodyHasOpenIsNotWrittenOverEither() throws IOException {
    bench.close();
    byte[] before = Files.readAllBytes(bench.file);
    String refused = refusal(() -> LedgerRestore.into(bench.file));
    assertTrue(refused.contains("never written over"), refused);
    assertEquals(-1, java.util.Arrays.mismatch(before, Files.readAllBytes(bench.file)));
    bench = new LedgerBench(bench.file);
  }

  @ParameterizedTest(name = "ledger.db{0}")
  @CsvSource({"-wal", "-shm", "-journal"})
  void whatIsLeftOfALostLedgerIsNotBuiltUpon(String suffix) throws IOException {
    Files.write(directory.resolve("restored.db" + suffix), new byte[0]);
    String refused = refusal(() -> LedgerRestore.into(restored));
    assertTrue(refused.contains("restored.db" + suffix), refused);
  }

  @Test
  void aFileThatCameMeanwhileIsNotReplaced() throws Exception {
    fill();
    byte[] copy = bench.copy();
    String refused =
        refusal(() -> bench.restore(copy, restored, () -> write(restored, "somebody's")));
    assertTrue(refused.contains(restored.toString()), refused);
    assertEquals("somebody's", Files.readString(restored));
  }

  @ParameterizedTest(name = "{0} becomes {1}: {2}")
  @CsvSource({
    "'\"kept\":\"key\"',        '\"kept\":\"quay\"',    an unknown kind",
    "'\"equalCount\":0',        '\"equalCount\":00',    a line of what is kept",
    "'\"superseded\":1',        '\"superseded\":1.5',   a line of what is kept",
    "'\"kept\":\"caller\"',     '\"kept\":\"key\"',     a line of what is kept",
    "'\"outcome\":\"admitted\"', '\"outcome\":\"admixed\"', a decision is",
  })
  void whatWasChangedIsNamedAndLeavesNoLedger(String text, String other, String named)
      throws IOException {
    fill();
    String copy = new String(bench.copy(), StandardCharsets.ISO_8859_1);
    assertTrue(copy.contains(text), "the copy has " + text);
    byte[] changed = copy.replace(text, other).getBytes(StandardCharsets.ISO_8859_1);
    String refused = refusal(() -> bench.restore(changed, restored));
    assertTrue(refused.contains(named), refused);
    assertNothingLeft();
  }

  @Test
  void whatIsKeptOfAKeyAndLeftOutIsMissed() throws IOException {
    fill();
    String copy = new String(bench.copy(), StandardCharsets.ISO_8859_1);
    int line = copy.lastIndexOf('\n', copy.indexOf("\"kept\":\"key\"")) + 1;
    String shorter = copy.substring(0, line) + copy.substring(copy.indexOf('\n', line) + 1);
    String refused =
        refusal(() -> bench.restore(shorter.getBytes(StandardCharsets.ISO_8859_1), restored));
    assertTrue(refused.contains("does not fit the rows"), refused);
    assertNothingLeft();
  }

  private static String differing(List<String> lines, @Nullable List<String> others) {
    List<String> left = new ArrayList<>(lines);
    List<String> right = new ArrayList<>(others == null ? List.of() : others);
    left.removeAll(right);
    right.removeAll(lines);
    return left.isEmpty() && right.isEmpty() ? "" : left + " became " + right;
  }

  private static String refusal(Executable work) {
    return String.valueOf(assertThrows(LedgerException.class, work).getMessage());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertNothingLeft() throws IOException {
    try (var files = Files.list(directory)) {
      assertEquals(
          List.of(),
          files
              .map(each -> String.valueOf(each.getFileName()))
              .filter(name -> name.startsWith("restored"))
              .toList());
    }
  }
}
