package dev.chancery.ledger;

import static dev.chancery.ledger.LedgerBench.APP;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.ledger.WatermarkImport.Shown;
import dev.chancery.policy.Proposal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Re-bases and imports: watermarks by somebody's word (RULES F-5, DESIGN section 5). */
class RestatementTest {
  private static final Sha256 DIGEST = Sha256.of(LedgerBench.bytes("the list"));

  @TempDir Path directory;

  private LedgerBench bench;

  @BeforeEach
  void open() {
    bench = new LedgerBench(directory.resolve("ledger.db"));
  }

  @AfterEach
  void verifyAndClose() {
    LedgerVerification verified = LedgerVerifier.verify(LedgerReader.of(bench.file));
    assertEquals(List.of(), verified.findings());
    bench.close();
  }

  // The trust server's database lost versions 10 and 11 (RULES V-4).
  private KeyRecord keyAtElevenServedAtNine() {
    KeyRecord key = bench.key(APP, Role.TIMESTAMP);
    for (int version = 1; version <= 11; version++) {
      assertEquals("admit", bench.verdict(bench.proposal(key, version, "v" + version)));
    }
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 10, "again")));
    return key;
  }

  private BulkOutcome rebase(KeyRecord key, int from, Proposal document, boolean judgeOnly) {
    return rebase(List.of(target(key, from, document)), judgeOnly);
  }

  private BulkOutcome rebase(List<Rebase.Target> targets, boolean judgeOnly) {
    return bench
        .ledger
        .rebase(
            new Rebase(targets, new Approval(DIGEST, "CN=operator"), "restored", judgeOnly),
            bench.now)
        .join();
  }

  private static Rebase.Target target(KeyRecord key, int from, Proposal document) {
    return new Rebase.Target(key, new Version(from), document.metadata());
  }

  private static String controls(BulkOutcome outcome) {
    return switch (outcome) {
      case BulkOutcome.Done(int changed, int unchanged) -> changed + " changed, " + unchanged;
      case BulkOutcome.Refused(var refusals) ->
          refusals.stream()
              .map(each -> each.refusal().reason().name())
              .collect(Collectors.joining(" "));
    };
  }

  @Test
  void aKeySignsAgainAfterItsTrustServerLostCommits() {
    KeyRecord key = keyAtElevenServedAtNine();
    assertEquals("1 changed, 0", controls(rebase(key, 11, bench.proposal(key, 9, "v9"), false)));
    ParsedRow row = ParsedRow.of(bench.rows().getLast());
    assertEquals("re-base", row.text("kind"));
    assertEquals(11, row.number("watermarkBefore"));
    assertEquals(9, row.number("watermarkAfter"));
    assertEquals(DIGEST.hex(), row.text("digest"));
    assertEquals("admit", bench.verdict(bench.proposal(key, 10, "again")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 11, "again")));
  }

  @ParameterizedTest(name = "re-based to 9, then asked for {0}: {1}")
  @CsvSource({"8, VERSION_ROLLBACK", "9, admit", "19, admit", "20, VERSION_JUMP"})
  void aResumedKeyGoesOnWithinTheRestoreJump(int version, String verdict) {
    KeyRecord key = keyAtElevenServedAtNine();
    rebase(key, 11, bench.proposal(key, 9, "v9"), false);
    bench.reopen();
    assertEquals(verdict, bench.verdict(bench.proposal(key, version, "other")));
  }

  @Test
  void theFirstSignatureMakesItAnOrdinaryKeyAgain() {
    KeyRecord key = keyAtElevenServedAtNine();
    rebase(key, 11, bench.proposal(key, 9, "v9"), false);
    assertEquals("admit", bench.verdict(bench.proposal(key, 9, "v9")), "the document itself");
    assertEquals("admit", bench.verdict(bench.proposal(key, 14, "on")), "is no new signature");
    assertEquals("VERSION_JUMP", bench.verdict(bench.proposal(key, 16, "on")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 15, "on")));
  }

  @Test
  void aFileThatWasSupersededBeforeMayBeNamedAgain() {
    KeyRecord key = bench.key(APP, Role.SNAPSHOT);
    bench.verdict(bench.proposal(key, 1, "a"));
    bench.verdict(bench.proposal(key, 2, "b"));
    bench.verdict(bench.proposal(key, 3, "c"));
    assertEquals("META_ROLLBACK", bench.verdict(bench.proposal(key, 4, "a")));
    rebase(key, 3, bench.proposal(key, 1, "a"), false);
    assertEquals("admit", bench.verdict(bench.proposal(key, 2, "d")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 3, "b")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 4, "e")));
    assertEquals("META_ROLLBACK", bench.verdict(bench.proposal(key, 5, "d")), "since then");
  }

  @Test
  void aListForAnotherWatermarkChangesNothingOfAnyKey() {
    KeyRecord key = keyAtElevenServedAtNine();
    KeyRecord other = bench.key(APP, Role.SNAPSHOT);
    bench.verdict(bench.proposal(other, 5, "five"));
    int rows = bench.rows().size();
    var list =
        List.of(
            target(key, 11, bench.proposal(key, 9, "v9")),
            target(other, 4, bench.proposal(other, 3, "three")));
    assertEquals("WATERMARK_MOVED", controls(rebase(list, false)));
    assertEquals(rows, bench.rows().size());
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 10, "again")));
  }

  @Test
  void whatIsOnlyJudgedChangesNothing() {
    KeyRecord key = keyAtElevenServedAtNine();
    assertEquals("1 changed, 0", controls(rebase(key, 11, bench.proposal(key, 9, "v9"), true)));
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 10, "again")));
  }

  @Test
  void aRetiredKeyStaysWhereItIs() {
    KeyRecord key = keyAtElevenServedAtNine();
    bench.ledger.setStatus(key, KeyStatus.RETIRED, "CN=operator", "deleted", bench.now).join();
    assertEquals(
        "REPOSITORY_RETIRED", controls(rebase(key, 11, bench.proposal(key, 9, "v9"), false)));
  }

  @Test
  void aRetiredKeyTakesOverNoWatermark() {
    KeyRecord key = keyAtElevenServedAtNine();
    bench.ledger.setStatus(key, KeyStatus.RETIRED, "CN=operator", "deleted", bench.now).join();
    assertEquals("REPOSITORY_RETIRED", imports(key, 12, null));
  }

  @Test
  void whatWasAdmittedAtAVersionBeforeIsNewWhenThatVersionComesAgain() {
    KeyRecord key = keyAtElevenServedAtNine();
    assertEquals("admit", bench.verdict(bench.proposal(key, 11, "another")));
    rebase(key, 11, bench.proposal(key, 9, "v9"), false);
    assertEquals("admit", bench.verdict(bench.proposal(key, 11, "v11")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 11, "another")));
    assertEquals(Optional.empty(), ParsedRow.of(bench.rows().getLast()).optionalNumber("repeats"));
  }

  @Test
  void aKeyMayBeRaisedAsWell() {
    KeyRecord key = keyAtElevenServedAtNine();
    rebase(key, 11, bench.proposal(key, 5000, "far"), false);
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 4999, "x")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 5001, "x")));
  }

  @Test
  void afterALostLedgerEveryKeyThatSignedIsResumed() {
    KeyRecord key = keyAtElevenServedAtNine();
    KeyRecord unused = bench.key(APP, Role.SNAPSHOT);
    LedgerRebase order =
        new LedgerRebase(new Approval(DIGEST, "CN=operator"), "lost", 4711, DIGEST, 3);
    assertEquals(1, bench.ledger.rebaseLedger(order, bench.now).join());
    assertEquals("FIRST_VERSION_TOO_HIGH", bench.verdict(bench.proposal(unused, 1012, "x")));
    assertEquals("VERSION_JUMP", bench.verdict(bench.proposal(key, 22, "x")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 21, "x")));
    assertEquals("VERSION_JUMP", bench.verdict(bench.proposal(key, 23, "x")));
  }

  private String imports(KeyRecord key, int version, @Nullable Proposal shown) {
    Sha256 canonical =
        shown == null
            ? Sha256.of(LedgerBench.bytes("unseen " + version))
            : shown.metadata().canonical().sha256();
    var entry =
        new WatermarkImport.Entry(
            key,
            new Version(version),
            canonical,
            shown == null ? null : new Shown(shown.metadata(), DIGEST));
    return controls(
        bench
            .ledger
            .importWatermarks(
                new WatermarkImport(List.of(entry), "CN=operator", "moved", 1000, false), bench.now)
            .join());
  }

  @ParameterizedTest(name = "a key at 11 imports {0}: {1}")
  @CsvSource({
    "10, VERSION_ROLLBACK",
    "11, '0 changed, 1'",
    "12, '1 changed, 0'",
    "1011, '1 changed, 0'",
    "1012, VERSION_JUMP",
  })
  void anImportRaisesAKeyThatSigned(int version, String expected) {
    assertEquals(expected, imports(keyAtElevenServedAtNine(), version, null));
  }

  @ParameterizedTest(name = "an unused key of a repository at 11 imports {0}: {1}")
  @CsvSource({"1, '1 changed, 0'", "1011, '1 changed, 0'", "1012, FIRST_VERSION_TOO_HIGH"})
  void anImportRaisesAKeyThatNeverSigned(int version, String expected) {
    keyAtElevenServedAtNine();
    assertEquals(expected, imports(bench.key(APP, Role.TIMESTAMP), version, null));
  }

  @Test
  void aDocumentThatShowsItRaisesAnyFar() {
    KeyRecord key = keyAtElevenServedAtNine();
    Proposal far = bench.proposal(key, 2_000_000, "far");
    assertEquals("1 changed, 0", imports(key, 2_000_000, far));
    assertEquals("watermark-import", ParsedRow.of(bench.rows().getLast()).text("kind"));
    assertEquals("admit", bench.verdict(bench.proposal(key, 2_000_001, "on")));
  }

  @Test
  void whatFollowsAnImportThatNobodySawIsComparedWithNothing() {
    KeyRecord key = bench.key(APP, Role.SNAPSHOT);
    bench.verdict(bench.proposal(key, 3, "three"));
    assertEquals("1 changed, 0", imports(key, 7, null));
    bench.reopen();
    assertEquals("VERSION_ROLLBACK", bench.verdict(bench.proposal(key, 6, "x")));
    assertEquals("VERSION_JUMP", bench.verdict(bench.proposal(key, 9, "x")));
    assertEquals("admit", bench.verdict(bench.proposal(key, 8, "x")));
  }
}
