package dev.chancery.signing;

import static dev.chancery.api.Refusal.LEDGER_ROLLED_BACK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.policy.PolicySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LEDGER_ROLLED_BACK: the token's checkpoint and the ledger (DESIGN section 5). */
class LedgerBindingTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path directory;

  private final MovableClock clock = new MovableClock(START);
  private final FakeToken token = new FakeToken();

  /** One process on one ledger file, and the one token. */
  private final class Node implements AutoCloseable {
    final SqliteLedger ledger;
    final LedgerBinding binding = LedgerBinding.closed();
    final Checkpoints checkpoints;

    Node(Path file) {
      if (!Files.exists(file)) {
        SqliteLedger.create(
            file, Sha256.of(file.toString().getBytes(UTF_8)).hex().substring(0, 32), START);
      }
      ledger = SqliteLedger.open(file, clock);
      checkpoints = checkpoints(ledger, binding, Checkpoints.Outside.NONE);
      checkpoints.look();
    }

    void write(int rows) {
      for (int i = 0; i < rows; i++) {
        ledger.operatorAction("CN=operator", "noted", "row " + i, clock.instant()).join();
      }
    }

    String verdict() {
      try {
        binding.require();
        return "bound";
      } catch (RefusedException e) {
        assertEquals(LEDGER_ROLLED_BACK, e.reason());
        return e.observed();
      }
    }

    /** As kill -9 leaves it: no last checkpoint. */
    void kill() {
      ledger.close();
    }

    @Override
    public void close() {
      checkpoints.close();
      ledger.close();
    }
  }

  private Checkpoints checkpoints(
      SqliteLedger ledger, LedgerBinding binding, Checkpoints.Outside outside) {
    return new Checkpoints(
        token,
        ledger,
        binding,
        CheckpointSettings.USUAL,
        outside,
        clock,
        clock::nanoTime,
        new Random(1));
  }

  private Path file(String name) {
    return directory.resolve(name + ".db");
  }

  private Path copy(Path from, String name) throws IOException {
    return Files.copy(from, file(name));
  }

  private Checkpoint inToken(Node node) {
    List<byte[]> values = token.data(Checkpoints.LABEL);
    assertEquals(1, values.size());
    String id = node.ledger.head().ledgerId();
    List<NoteKey> keys = node.ledger.auditKeys().stream().map(key -> key.noteKey(id)).toList();
    return Checkpoint.open(values.getFirst(), keys).checkpoint();
  }

  private static List<ParsedRow> rows(Node node, String kind) {
    List<ParsedRow> rows = new ArrayList<>();
    node.ledger.rows(0, (sequence, body) -> rows.add(ParsedRow.of(body)));
    return rows.stream().filter(row -> row.text("kind").equals(kind)).toList();
  }

  private static void assertSays(String expected, String verdict) {
    assertTrue(verdict.contains(expected), verdict);
  }

  @Test
  void theFirstStartMakesAnAuditKeyAndACheckpointThatVerifies() {
    try (Node node = new Node(file("one"))) {
      assertEquals("bound", node.verdict());
      assertEquals(1, rows(node, "audit-key").size());
      ParsedRow row = rows(node, "checkpoint").getFirst();
      assertEquals("start", row.text("reason"));
      assertEquals(1, row.number("epoch"));
      assertEquals(2, row.number("treeSize"));
      assertEquals(node.ledger.rowHash(1).orElseThrow().hex(), row.text("headHash"));
      assertEquals(row.text("rootHash"), inToken(node).rootHash().hex());
    }
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file("one"))).findings());
  }

  @Test
  void eachStartHasALaterEpochAndTheEndLeavesACheckpoint() {
    new Node(file("one")).close();
    try (Node again = new Node(file("one"))) {
      assertEquals(2, again.checkpoints.epoch());
      assertEquals(1, rows(again, "audit-key").size());
      assertEquals(
          List.of("start", "shutdown", "start"),
          rows(again, "checkpoint").stream().map(row -> row.text("reason")).toList());
    }
  }

  @Test
  void aKillAtAnyStepIsNoRollback() {
    Node first = new Node(file("one"));
    first.write(5);
    first.kill();
    try (Node again = new Node(file("one"))) {
      assertEquals("bound", again.verdict());
      token.putData(
          Checkpoints.LABEL,
          List.of(token.data(Checkpoints.LABEL).getFirst(), "cut off".getBytes(UTF_8)));
    }
    Node third = new Node(file("one"));
    assertEquals("bound", third.verdict(), "a half-written object beside a good one");
    third.close();
  }

  @Test
  void aFirstStartThatDiedBeforeTheObjectStartsAgain() {
    new Node(file("one")).kill();
    token.putData(Checkpoints.LABEL, List.of());
    try (Node again = new Node(file("one"))) {
      assertEquals("bound", again.verdict());
    }
  }

  @Test
  void anOlderCopyIsNamed() throws IOException {
    Node first = new Node(file("one"));
    first.write(3);
    first.kill();
    Path old = copy(file("one"), "old");
    new Node(file("one")).close();
    Node restored = new Node(old);
    assertSays("this ledger knows of epoch 1 alone: a copy, or restored", restored.verdict());
    assertSays("is of ", restored.verdict());
    restored.close();
    try (Node right = new Node(file("one"))) {
      assertEquals("bound", right.verdict());
    }
  }

  @Test
  void rowsThatAreGoneAreNamed() throws IOException {
    Node first = new Node(file("one"));
    first.kill();
    Path old = copy(file("one"), "old");
    first = new Node(file("one"));
    token.putData(Checkpoints.LABEL, List.of());
    first.kill();
    // An interval's checkpoint, of the same epoch as the copy's.
    Files.delete(file("one"));
    Files.copy(old, file("one"));
    try (SqliteLedger longer = SqliteLedger.open(file("one"), clock)) {
      for (int i = 0; i < 10; i++) {
        longer.operatorAction("CN=operator", "noted", "row", clock.instant()).join();
      }
      put(longer, longer.treeHead().size());
    }
    Node restored = new Node(old);
    assertSays("the later ones are gone", restored.verdict());
    restored.close();
    try (Node right = new Node(file("one"))) {
      assertEquals("bound", right.verdict(), "all the rows there are, and no more");
    }
  }

  @Test
  void aForkIsNamed() throws IOException {
    new Node(file("one")).kill();
    Path other = copy(file("one"), "other");
    try (SqliteLedger one = SqliteLedger.open(file("one"), clock)) {
      one.operatorAction("CN=operator", "noted", "here", clock.instant()).join();
      put(one, one.treeHead().size());
    }
    try (SqliteLedger two = SqliteLedger.open(other, clock)) {
      two.operatorAction("CN=operator", "noted", "there", clock.instant()).join();
    }
    Node forked = new Node(other);
    assertSays("is another one: a fork", forked.verdict());
    forked.close();
  }

  /** Has the token hold a checkpoint of the first {@code size} rows of epoch 1. */
  private void put(SqliteLedger ledger, long size) {
    put(ledger, size, 1);
  }

  private void put(SqliteLedger ledger, long size, long epoch) {
    AuditKey key = ledger.auditKeys().getLast();
    var head = ledger.treeHead();
    Checkpoint checkpoint =
        new Checkpoint(
            head.ledgerId(), size, head.rootHash(), head.headHash(), epoch, clock.instant());
    RawSignature signature =
        new RawSignature(
            token
                .sign(
                    token.find(key.place().keyId()).orElseThrow(),
                    checkpoint.text().getBytes(UTF_8))
                .join());
    token.replaceData(
        Checkpoints.LABEL, checkpoint.signed(key.noteKey(head.ledgerId()), signature).bytes());
  }

  @Test
  void ofTwoCopiesAtWorkTheFirstStops() throws IOException {
    Node first = new Node(file("one"));
    first.ledger.close();
    Path copied = copy(file("one"), "copied");
    try (SqliteLedger ledger = SqliteLedger.open(file("one"), clock)) {
      LedgerBinding binding = LedgerBinding.closed();
      Checkpoints running = checkpoints(ledger, binding, Checkpoints.Outside.NONE);
      running.look();
      // The copy was made before this start: only a copy made after it can start at all.
      try (Node late = new Node(copied)) {
        assertSays("a copy, or restored", late.verdict());
      }
      Files.delete(copied);
      Files.copy(file("one"), copied);
      copyLog(file("one"), copied);
      try (Node second = new Node(copied)) {
        assertEquals("bound", second.verdict());
        running.look();
        assertSays(
            "a copy, or restored",
            assertThrows(RefusedException.class, binding::require).observed());
        second.checkpoints.look();
        assertEquals("bound", second.verdict());
      }
    }
  }

  @Test
  void theEndOfAnEarlierCopyLeavesTheLaterOnesCheckpointInTheToken() throws IOException {
    Node first = new Node(file("one"));
    Path copied = copy(file("one"), "copied");
    copyLog(file("one"), copied);
    try (Node second = new Node(copied)) {
      assertEquals("bound", second.verdict());
      first.close(); // before it looked again
      assertEquals(2, inToken(second).epoch());
      second.checkpoints.look();
      assertEquals("bound", second.verdict());
    }
  }

  private static void copyLog(Path from, Path to) throws IOException {
    Path log = from.resolveSibling(from.getFileName() + "-wal");
    if (Files.exists(log)) {
      Files.copy(log, to.resolveSibling(to.getFileName() + "-wal"));
    }
  }

  @Test
  void aRebasedOldCopyGoesOnAndTheOtherStops() throws IOException {
    new Node(file("one")).kill();
    Path old = copy(file("one"), "old");
    try (Node newer = new Node(file("one"));
        Node restored = new Node(old)) {
      assertSays("a copy, or restored", restored.verdict());
      assertEquals(0, restored.checkpoints.rebase("CN=operator", "the disk was lost"));
      assertEquals("bound", restored.verdict());
      ParsedRow row = rows(restored, "ledger-re-base").getFirst();
      assertEquals(2, row.number("lostEpoch"));
      assertEquals("CN=operator", row.text("caller"));
      assertEquals(3, inToken(restored).epoch());
      newer.checkpoints.look();
      assertSays("a copy, or restored", newer.verdict());
    }
    try (Node again = new Node(old)) {
      assertEquals("bound", again.verdict());
    }
  }

  @Test
  void aTokenWithGarbageIsNotLostEither() {
    new Node(file("one")).close();
    token.putData(Checkpoints.LABEL, List.of("garbage".getBytes(UTF_8)));
    try (Node node = new Node(file("one"))) {
      assertSays("cannot be trusted", node.verdict());
      node.checkpoints.rebase("CN=operator", "somebody wrote into the token");
      assertEquals("bound", node.verdict());
      node.checkpoints.look();
      assertEquals("bound", node.verdict());
    }
  }

  @Test
  void aLedgerThatFitsIsNotRebased() {
    try (Node node = new Node(file("one"))) {
      assertEquals(
          dev.chancery.api.Refusal.REQUEST_INVALID,
          assertThrows(
                  RefusedException.class,
                  () -> node.checkpoints.rebase("CN=operator", "to be sure"))
              .reason());
      assertEquals(List.of(), rows(node, "ledger-re-base"));
    }
  }

  @Test
  void anImpossibleEpochThatTheAuditKeySignedAsksAndDoesNotUseUpTheOnesAfterIt() {
    try (Node node = new Node(file("one"))) {
      put(node.ledger, 1, 9_999_999_999_999_999L);
      node.checkpoints.look();
      assertSays("epoch 9999999999999999 is impossible", node.verdict());
      node.checkpoints.rebase("CN=operator", "the token was misused");
      assertEquals("bound", node.verdict());
      assertEquals(2, inToken(node).epoch());
      put(node.ledger, 1, 1_000_000_002);
      node.checkpoints.look();
      assertSays("a copy, or restored", node.verdict());
      node.checkpoints.rebase("CN=operator", "again");
      assertEquals(1_000_000_003, inToken(node).epoch());
      node.checkpoints.look();
      assertEquals("bound", node.verdict());
    }
  }

  @Test
  void ofTwoNodesOnOneLedgerOneCheckpointIsEnough() {
    try (Node one = new Node(file("one"))) {
      LedgerBinding binding = LedgerBinding.closed();
      Checkpoints other = checkpoints(one.ledger, binding, Checkpoints.Outside.NONE);
      other.look();
      one.checkpoints.look();
      assertEquals("bound", one.verdict(), "a later epoch that its own ledger has");
      one.write(1_500);
      other.look();
      int made = rows(one, "checkpoint").size();
      one.checkpoints.look();
      assertEquals(made, rows(one, "checkpoint").size());
      assertEquals(other.covered(), one.checkpoints.covered());
      assertEquals(2, inToken(one).epoch());
    }
  }

  @Test
  void aCheckpointWhoseLastRowIsArchivedIsHeldAgainstTheTree() throws SQLException {
    Node node = new Node(file("one"));
    node.write((int) (255 - node.ledger.head().sequence()));
    assertEquals(256, node.checkpoints.request().checkpoint().treeSize());
    node.kill();
    sqlite(
        "DROP TRIGGER ledger_row_is_append_only_delete",
        "DELETE FROM ledger_row WHERE sequence BETWEEN 1 AND 255",
        "CREATE TABLE kept AS SELECT hash FROM tree_hash",
        "UPDATE tree_hash SET hash = zeroblob(32)");
    node = new Node(file("one"));
    assertSays("is another one: a fork", node.verdict());
    node.kill();
    sqlite("UPDATE tree_hash SET hash = (SELECT hash FROM kept)");
    try (Node again = new Node(file("one"))) {
      assertEquals("bound", again.verdict());
    }
  }

  private void sqlite(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file("one"));
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Test
  void anotherLedgerOnTheSameTokenIsNamed() {
    new Node(file("one")).close();
    Node other = new Node(file("two"));
    assertSays("is of another ledger, ", other.verdict());
    other.close();
    try (Node one = new Node(file("one"))) {
      assertEquals("bound", one.verdict());
    }
  }

  @Test
  void whatNoAuditKeySignedIsNotTrusted() {
    Node node = new Node(file("one"));
    SignedNote good = SignedNote.parse(token.data(Checkpoints.LABEL).getFirst());
    node.close();
    token.putData(Checkpoints.LABEL, List.of("garbage".getBytes(UTF_8)));
    assertUntrusted();
    String forged = good.toString().replace("epoch 1", "epoch 9");
    token.putData(Checkpoints.LABEL, List.of(forged.getBytes(UTF_8)));
    assertUntrusted();
    var stranger = token.generate(KeySpec.EC_P256, "stranger");
    RawSignature signature =
        new RawSignature(token.sign(stranger, good.text().getBytes(UTF_8)).join());
    NoteKey key =
        NoteKey.of(
            good.signatures().getFirst().name(),
            dev.chancery.api.Algorithm.ECDSA,
            stranger.subjectPublicKeyInfo());
    token.putData(
        Checkpoints.LABEL, List.of(Checkpoint.parse(good.text()).signed(key, signature).bytes()));
    assertUntrusted();
  }

  private void assertUntrusted() {
    Node node = new Node(file("one"));
    assertSays("the token's checkpoint cannot be trusted", node.verdict());
    node.close();
  }

  @Test
  void aCheckpointThatIsMissingIsMissed() {
    new Node(file("one")).close();
    new Node(file("one")).close();
    token.putData(Checkpoints.LABEL, List.of());
    Node node = new Node(file("one"));
    assertSays("the token holds no checkpoint", node.verdict());
    node.close();
  }

  @Test
  void aTokenThatKeepsNoDataObjectsIsUsedAtEachStart() {
    token.keepNoData();
    for (int start = 1; start <= 4; start++) {
      try (Node node = new Node(file("one"))) {
        assertEquals("bound", node.verdict());
        assertEquals(start, node.checkpoints.epoch());
        assertEquals(Optional.empty(), node.checkpoints.failure());
      }
    }
  }

  @Test
  void aTokenThatIsAwayIsWaitedFor() {
    token.fail(Optional.of(new TokenException("CKR_DEVICE_REMOVED", "away")));
    try (Node node = new Node(file("one"))) {
      assertEquals(
          "LEDGER_UNBOUND", assertThrows(TokenException.class, () -> node.binding.require()).ckr());
      assertTrue(node.checkpoints.failure().orElseThrow().contains("away"));
      token.fail(Optional.empty());
      node.checkpoints.look();
      assertEquals("bound", node.verdict());
      assertEquals(Optional.empty(), node.checkpoints.failure());
    }
  }

  @Test
  void afterAThousandRowsACheckpointIsMade() {
    try (Node node = new Node(file("one"))) {
      long covered = node.checkpoints.covered();
      long rows = node.ledger.head().sequence() + 1;
      node.write((int) (covered + CheckpointSettings.USUAL.rows() - 1 - rows));
      node.checkpoints.look();
      assertEquals(covered, node.checkpoints.covered());
      node.write(1);
      node.checkpoints.look();
      assertEquals(covered + CheckpointSettings.USUAL.rows(), node.checkpoints.covered());
      assertEquals(covered + CheckpointSettings.USUAL.rows(), inToken(node).treeSize());
    }
  }

  @Test
  void afterTenMinutesACheckpointIsMadeIfThereIsAnythingNew() {
    try (Node node = new Node(file("one"))) {
      clock.advance(CheckpointSettings.USUAL.interval());
      node.checkpoints.look();
      assertEquals(1, rows(node, "checkpoint").size(), "nothing new");
      node.write(1);
      node.checkpoints.look();
      assertEquals(2, rows(node, "checkpoint").size());
      node.write(1);
      clock.advance(CheckpointSettings.USUAL.interval().minus(Duration.ofNanos(1)));
      node.checkpoints.look();
      assertEquals(2, rows(node, "checkpoint").size());
    }
  }

  @Test
  void aCheckpointOnRequestCoversAllThereIsAndIsNotMadeTwice() {
    try (Node node = new Node(file("one"))) {
      SignedCheckpoint start = node.checkpoints.request();
      assertEquals(2, start.checkpoint().treeSize(), "that of the start: nothing came since");
      node.write(3);
      SignedCheckpoint made = node.checkpoints.request();
      assertEquals(6, made.checkpoint().treeSize());
      assertEquals(made.checkpoint(), inToken(node));
      assertEquals(made, node.checkpoints.request());
      assertEquals("request", rows(node, "checkpoint").getLast().text("reason"));
      assertEquals(made, node.ledger.newestCheckpoint().orElseThrow());
    }
  }

  @Test
  void aLedgerThatIsRefusedGetsNoCheckpoint() {
    new Node(file("one")).close();
    Node other = new Node(file("two"));
    long rows = other.ledger.head().sequence();
    assertEquals(
        LEDGER_ROLLED_BACK,
        assertThrows(RefusedException.class, other.checkpoints::request).reason());
    assertEquals(rows, other.ledger.head().sequence());
    other.close();
  }

  @Test
  void aTokenThatTakesNoObjectKeepsTheStartWaitingWithOneRow() {
    try (Node node = new Node(file("one"))) {
      node.write(1);
    }
    token.refuseData(Optional.of(new TokenException("CKR_DEVICE_MEMORY", "full")));
    try (Node node = new Node(file("one"))) {
      node.checkpoints.look();
      node.checkpoints.look();
      assertEquals(3, node.checkpoints.objectFailures());
      assertEquals(
          "LEDGER_UNBOUND", assertThrows(TokenException.class, () -> node.binding.require()).ckr());
      assertEquals(3, rows(node, "checkpoint").size(), "start, shutdown, and one start again");
      assertEquals(1, inToken(node).epoch());
      token.refuseData(Optional.empty());
      node.checkpoints.look();
      assertEquals("bound", node.verdict());
      assertEquals(2, inToken(node).epoch());
      assertEquals(3, rows(node, "checkpoint").size());
    }
  }

  /** A node that also looks at a checkpoint that somebody kept. */
  private String heldAgainst(Path file, SignedCheckpoint kept) {
    try (SqliteLedger ledger = SqliteLedger.open(file, clock)) {
      LedgerBinding binding = LedgerBinding.closed();
      var outside =
          new Checkpoints.Outside(
              made -> {}, () -> List.of(new KeptCheckpoint("kept.txt", kept.note().bytes())));
      checkpoints(ledger, binding, outside).look();
      return binding.distrust().orElse("bound");
    }
  }

  @Test
  void withoutDataObjectsAKeptCheckpointShowsWhatWasRestored() throws IOException {
    token.keepNoData();
    Node first = new Node(file("one"));
    first.kill();
    Path old = copy(file("one"), "old");
    Path fork = copy(file("one"), "fork");
    SignedCheckpoint kept;
    try (Node node = new Node(file("one"))) {
      node.write(20);
      kept = node.checkpoints.request();
    }
    assertEquals("bound", heldAgainst(file("one"), kept));
    assertSays("kept.txt is of ", heldAgainst(old, kept));
    assertSays("a copy, or restored", heldAgainst(old, kept));
    try (Node other = new Node(fork)) {
      other.ledger.operatorAction("CN=operator", "noted", "elsewhere", clock.instant()).join();
      other.write(30);
    }
    assertSays("is another one: a fork", heldAgainst(fork, kept));
    new Node(file("two")).close();
    assertSays("kept.txt is of another ledger", heldAgainst(file("two"), kept));
  }

  @Test
  void aKeptCheckpointOfWhatWasGivenUpIsNotHeldAgainstTheLedgerAnyMore() throws IOException {
    token.keepNoData();
    new Node(file("one")).kill();
    Path old = copy(file("one"), "old");
    SignedCheckpoint kept;
    try (Node node = new Node(file("one"))) {
      node.write(20);
      kept = node.checkpoints.request();
    }
    try (SqliteLedger ledger = SqliteLedger.open(old, clock)) {
      LedgerBinding binding = LedgerBinding.closed();
      var outside =
          new Checkpoints.Outside(
              made -> {}, () -> List.of(new KeptCheckpoint("kept.txt", kept.note().bytes())));
      Checkpoints checkpoints = checkpoints(ledger, binding, outside);
      checkpoints.look();
      assertSays("kept.txt", binding.distrust().orElse("bound"));
      checkpoints.rebase("CN=operator", "the disk was lost");
      assertEquals(Optional.empty(), binding.distrust());
    }
    assertEquals("bound", heldAgainst(old, kept));
  }

  @Test
  void eachNewCheckpointIsGivenOut() {
    List<SignedCheckpoint> given = new ArrayList<>();
    try (Node node = new Node(file("one"))) {
      node.write(1);
    }
    try (SqliteLedger ledger = SqliteLedger.open(file("one"), clock);
        Checkpoints checkpoints =
            checkpoints(
                ledger, LedgerBinding.closed(), new Checkpoints.Outside(given::add, List::of))) {
      checkpoints.look();
    }
    assertEquals(
        List.of(5L, 6L), given.stream().map(each -> each.checkpoint().treeSize()).toList());
  }

  @Test
  void whileTheGateIsClosedNothingIsSignedAndTheRefusalIsOnTheRecord() {
    try (SigningBench bench = new SigningBench(file("path"), clock, PolicySettings.NOTARY, token)) {
      KeyRecord key = bench.key(SigningBench.APP, Role.TIMESTAMP);
      long calls = token.signCalls();
      bench.binding.refuse(
          new RefusedException(LEDGER_ROLLED_BACK, "it is gone", "it is there", "look for it"));
      SigningOutcome.Refused refused =
          assertInstanceOf(
              SigningOutcome.Refused.class,
              bench.sign(key, bench.timestamp(1, SigningBench.file("one"))));
      assertEquals(LEDGER_ROLLED_BACK, refused.refusal().reason());
      assertEquals(calls, token.signCalls());
      bench.ledger.probe(clock.instant()).join(); // what was queued before it is written then
      List<ParsedRow> rows = new ArrayList<>();
      bench.ledger.rows(0, (sequence, body) -> rows.add(ParsedRow.of(body)));
      assertEquals("LEDGER_ROLLED_BACK", rows.getLast().text("control"));
      bench.binding.rebased();
      assertInstanceOf(
          SigningOutcome.Signed.class,
          bench.sign(key, bench.timestamp(1, SigningBench.file("one"))));
    }
  }
}
