package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.Recovery;
import dev.chancery.recovery.WatermarkFile;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lists of re-bases and imports, from the file to the next signature. The timestamp key stands at
 * 11; without a document an import raises by 1,000.
 */
class RecoveryTest extends PathTest {
  private static final RepositoryName OTHER = new RepositoryName("registry.example/team/other");

  private Recovery recovery() {
    return new Recovery(
        bench.ledger, bench.registry, bench.access, clock, settings().maxFirstJump());
  }

  private KeyRecord keyAtEleven() {
    KeyRecord key = timestampKey();
    for (int version = 1; version <= 11; version++) {
      admits(key, timestamp(version, "v" + version));
    }
    return key;
  }

  /** What the trust server would serve, had it been signed. */
  private FileBytes file(KeyRecord signer, byte[] signed) {
    TokenKey key = token.find(SigningBench.tokenKeyId(signer)).orElseThrow();
    return file(signer, signed, token.sign(key, signed).join());
  }

  private static FileBytes file(KeyRecord signer, byte[] signed, byte[] signature) {
    return new FileBytes(
        MetadataDialects.notary()
            .envelope(
                metadata(signer, signed),
                signer.id(),
                Algorithm.ECDSA,
                new RawSignature(signature)));
  }

  private static OnlineMetadata metadata(KeyRecord key, byte[] signed) {
    return MetadataDialects.of(Dialect.NOTARY).parse(key.role(), signed, FormOptions.DEFAULT);
  }

  private static RebaseList.Entry entry(KeyRecord key, int from, byte[] signed, FileBytes file) {
    return new RebaseList.Entry(
        key.id(),
        key.repository(),
        key.role(),
        new Version(from),
        metadata(key, signed).version(),
        Sha256.of(signed),
        file);
  }

  private RebaseList list(RebaseList.Entry... entries) {
    return new RebaseList(
        SigningBench.LEDGER_ID, clock.instant(), "https://localhost:4443", List.of(entries));
  }

  private String rebase(RebaseList list) {
    return said(() -> recovery().rebase(TestCaller.ALL, list, list.digest(), "restored").join());
  }

  private static WatermarkFile.Entry mark(
      KeyRecord key, int version, Sha256 digest, @Nullable FileBytes document) {
    return new WatermarkFile.Entry(
        key.id(),
        key.repository(),
        key.role(),
        Dialect.NOTARY,
        new Version(version),
        digest,
        document);
  }

  private String imports(WatermarkFile.Entry... entries) {
    return imports(false, entries);
  }

  private String imports(boolean judgeOnly, WatermarkFile.Entry... entries) {
    WatermarkFile file = new WatermarkFile("cd".repeat(16), clock.instant(), List.of(entries));
    return said(() -> recovery().importWatermarks(TestCaller.ALL, file, "moved", judgeOnly).join());
  }

  private interface Asked {
    BulkOutcome ask();
  }

  /** What was changed, or the controls that refused. */
  private static String said(Asked asked) {
    try {
      return switch (asked.ask()) {
        case BulkOutcome.Done(int changed, int unchanged) ->
            changed + " changed, " + unchanged + " not";
        case BulkOutcome.Refused(var refusals) ->
            refusals.stream()
                .map(each -> each.refusal().reason().name())
                .collect(Collectors.joining(" "));
      };
    } catch (CompletionException e) {
      if (e.getCause() instanceof RefusedException refused) {
        return "nothing: " + refused.reason();
      }
      throw e;
    }
  }

  private String verdict(KeyRecord key, int version) {
    return SigningBench.verdict(bench.check(key, timestamp(version, "asked " + version)));
  }

  @Test
  void aKeyIsSetToADocumentThatIsServed() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    assertEquals("1 changed, 0 not", rebase(list(entry(key, 11, nine, file(key, nine)))));
    assertEquals("re-base", newestRow().text("kind"));
    assertEquals("VERSION_ROLLBACK", verdict(key, 8));
    assertEquals("admit", verdict(key, 10));
  }

  @Test
  void aSignatureThatDoesNotVerifySetsNothing() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    byte[] wrong = token.sign(token.keys().getFirst(), nine).join();
    wrong[5] ^= 1;
    assertEquals("SIGNATURE_INVALID", rebase(list(entry(key, 11, nine, file(key, nine, wrong)))));
    assertEquals("SIGNATURE_INVALID", newestRow().text("control"));
    assertEquals("rebase", newestRow().text("operation"));
    assertEquals(
        "SIGNATURE_INVALID", imports(mark(key, 12, Sha256.of(nine), file(key, nine, wrong))));
    assertEquals("VERSION_ROLLBACK", verdict(key, 10));
  }

  @Test
  void aDocumentOfTheRepositorysOtherKeySetsNothing() {
    KeyRecord key = keyAtEleven();
    KeyRecord next = timestampKey();
    byte[] nine = timestamp(9, "v9");
    assertEquals("SIGNATURE_INVALID", rebase(list(entry(key, 11, nine, file(next, nine)))));
  }

  @Test
  void aDocumentOfAnotherRepositorysKeySetsNothing() {
    KeyRecord key = keyAtEleven();
    KeyRecord stranger = bench.key(OTHER, Role.TIMESTAMP);
    byte[] nine = timestamp(9, "v9");
    assertEquals("KEY_UNKNOWN", rebase(list(entry(key, 11, nine, file(stranger, nine)))));
  }

  @Test
  void aDocumentOfAnotherVersionThanTheEntrySaysSetsNothing() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    byte[] eight = timestamp(8, "v8");
    assertEquals("REQUEST_INVALID", rebase(list(entry(key, 11, nine, file(key, eight)))));
    byte[] far = timestamp(5000, "far");
    assertEquals("REQUEST_INVALID", imports(mark(key, 5001, Sha256.of(far), file(key, far))));
    assertEquals("1 changed, 0 not", imports(mark(key, 5000, Sha256.of(far), file(key, far))));
  }

  @Test
  void aListForAnotherLedgerSetsNothing() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    RebaseList list =
        new RebaseList(
            "cd".repeat(16),
            clock.instant(),
            "https://localhost:4443",
            List.of(entry(key, 11, nine, file(key, nine))));
    assertEquals("nothing: REQUEST_INVALID", rebase(list));
    assertEquals("REQUEST_INVALID", newestRow().text("control"));
    assertEquals("VERSION_ROLLBACK", verdict(key, 10));
  }

  @Test
  void aListWithAnotherDigestThanWasApprovedSetsNothing() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    byte[] eight = timestamp(8, "v8");
    Sha256 approved = list(entry(key, 11, eight, file(key, eight))).digest();
    RebaseList list = list(entry(key, 11, nine, file(key, nine)));
    assertEquals(
        "nothing: REQUEST_INVALID",
        said(() -> recovery().rebase(TestCaller.ALL, list, approved, "restored").join()));
    assertEquals("VERSION_ROLLBACK", verdict(key, 10));
  }

  @Test
  void aKeyThatIsNotThereSetsNothingOfTheOthers() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    RebaseList.Entry good = entry(key, 11, nine, file(key, nine));
    RebaseList.Entry gone =
        new RebaseList.Entry(
            new KeyId("77".repeat(32)),
            key.repository(),
            key.role(),
            good.from(),
            good.to(),
            good.canonicalSha256(),
            good.document());
    assertEquals("KEY_UNKNOWN", rebase(list(good, gone)));
    assertEquals("VERSION_ROLLBACK", verdict(key, 10));
    assertEquals("1 changed, 0 not", rebase(list(good)));
  }

  @Test
  void everyEntryThatIsRefusedIsNamedAndOnTheRecord() {
    KeyRecord key = keyAtEleven();
    KeyRecord snapshot = snapshotKey();
    admits(snapshot, snapshot(3, "three"));
    byte[] nine = timestamp(9, "v9");
    byte[] two = snapshot(2, "two");
    int rows = rows().size();
    String said =
        rebase(
            list(
                entry(key, 12, nine, file(key, nine)),
                entry(snapshot, 4, two, file(snapshot, two))));
    assertEquals("WATERMARK_MOVED WATERMARK_MOVED", said);
    assertEquals(
        List.of("WATERMARK_MOVED", "WATERMARK_MOVED"),
        rows().subList(rows, rows().size()).stream().map(row -> row.text("control")).toList());
  }

  @Test
  void anEntryForAnotherRepositoryOrRoleThanTheKeysSetsNothing() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    RebaseList.Entry good = entry(key, 11, nine, file(key, nine));
    for (RebaseList.Entry wrong :
        List.of(
            new RebaseList.Entry(
                key.id(),
                OTHER,
                key.role(),
                good.from(),
                good.to(),
                good.canonicalSha256(),
                good.document()),
            new RebaseList.Entry(
                key.id(),
                key.repository(),
                Role.SNAPSHOT,
                good.from(),
                good.to(),
                good.canonicalSha256(),
                good.document()))) {
      assertEquals("REQUEST_INVALID", rebase(list(wrong)));
    }
  }

  @Test
  void whoMayNotMayNot() {
    KeyRecord key = keyAtEleven();
    byte[] nine = timestamp(9, "v9");
    RebaseList list = list(entry(key, 11, nine, file(key, nine)));
    WatermarkFile file =
        new WatermarkFile(
            "cd".repeat(16), clock.instant(), List.of(mark(key, 12, Sha256.of(nine), null)));
    TestCaller nobody =
        new TestCaller(
            "CN=notary-server",
            EnumSet.complementOf(EnumSet.of(Operation.REBASE, Operation.IMPORT_WATERMARKS)),
            repository -> true);
    for (var asked :
        List.of(
            recovery().rebase(nobody, list, list.digest(), "restored"),
            recovery().importWatermarks(nobody, file, "moved", false),
            recovery().importWatermarks(nobody, file, "moved", true))) {
      assertEquals("nothing: ROLE_NOT_ALLOWED", said(asked::join));
    }
    TestCaller elsewhere =
        new TestCaller("CN=other", EnumSet.allOf(Operation.class), OTHER::equals);
    assertEquals(
        "KEY_UNKNOWN",
        said(() -> recovery().rebase(elsewhere, list, list.digest(), "restored").join()));
  }

  @ParameterizedTest(name = "a key at 11 imports {0} without a document: {1}, with one: {2}")
  @CsvSource({
    "10, VERSION_ROLLBACK, VERSION_ROLLBACK",
    "11, '0 changed, 1 not', '0 changed, 1 not'",
    "1011, '1 changed, 0 not', '1 changed, 0 not'",
    "1012, VERSION_JUMP, '1 changed, 0 not'",
    "2147483646, VERSION_JUMP, '1 changed, 0 not'",
  })
  void onlyADocumentRaisesFar(int version, String without, String with) {
    KeyRecord key = keyAtEleven();
    byte[] signed = timestamp(version, "far");
    FileBytes document = file(key, signed);
    assertEquals(without, imports(true, mark(key, version, Sha256.of(signed), null)));
    assertEquals(with, imports(true, mark(key, version, Sha256.of(signed), document)));
    assertEquals("admit", verdict(key, 12), "nothing was changed so far");
    assertEquals(with, imports(mark(key, version, Sha256.of(signed), document)));
    if (with.startsWith("1")) {
      assertEquals("VERSION_ROLLBACK", verdict(key, version - 1));
      assertEquals("admit", verdict(key, version + 1));
      assertEquals(
          Sha256.of(document.bytes()).hex(), importRow(key).text("fileSha256"), "in its row");
    }
  }

  private ParsedRow importRow(KeyRecord key) {
    return rows().stream()
        .filter(row -> row.text("kind").equals("watermark-import"))
        .filter(row -> row.text("keyid").equals(key.id().hex()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneEntryThatLowersLeavesTheOthersWhereTheyAre() {
    KeyRecord key = keyAtEleven();
    KeyRecord snapshot = snapshotKey();
    admits(snapshot, snapshot(3, "three"));
    assertEquals(
        "VERSION_ROLLBACK",
        imports(
            mark(snapshot, 5, Sha256.of(new byte[] {5}), null),
            mark(key, 10, Sha256.of(new byte[] {10}), null)));
    assertEquals(
        "admit", SigningBench.verdict(bench.check(snapshot, snapshot(4, "four"))), "still at 3");
  }

  @Test
  void aKeyWhoseWatermarkCameFromElsewhereIsNotGivenAgainAsUnused() {
    KeyRecord unused = timestampKey();
    assertEquals(unused.id(), timestampKey().id(), "it is given until it is used");
    assertEquals("1 changed, 0 not", imports(mark(unused, 7, Sha256.of(new byte[] {7}), null)));
    assertNotEquals(unused.id(), timestampKey().id());
    assertEquals("VERSION_ROLLBACK", verdict(unused, 6));
    assertEquals("admit", verdict(unused, 8));
  }
}
