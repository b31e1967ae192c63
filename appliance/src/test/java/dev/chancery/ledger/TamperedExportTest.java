package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Sha256;
import dev.chancery.audit.CompactRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever hands out an export can change anything in it. Two verifiers that share no line of code,
 * the one of the program and deploy/audit/verify.py, both say no and name the row.
 */
class TamperedExportTest {
  @TempDir static Path directory = Path.of("none");
  private static @Nullable Verifier script;

  private final ExportBench bench = ExportBench.usual();

  @AfterAll
  static void end() throws IOException {
    if (script != null) {
      script.close();
    }
  }

  private ExportVerification ours(byte[] export, byte @Nullable [] known) throws IOException {
    return ExportVerifier.verify(
        new ByteArrayInputStream(export), List.of(bench.auditKeyOfNotes().key()), known, true);
  }

  private Verifier.Verdict script(byte[] export, byte @Nullable [] known) throws IOException {
    if (script == null) {
      script = new Verifier(directory);
    }
    return script.judge(bench.auditKeyOfNotes(), known, export);
  }

  private void passes(byte[] export, byte @Nullable [] known) throws IOException {
    ExportVerification verified = ours(export, known);
    assertEquals(List.of(), verified.findings());
    Verifier.Verdict verdict = script(export, known);
    assertEquals("0", verdict.exit(), verdict.text());
    assertFalse(verdict.text().contains("WRONG"), verdict.text());
  }

  private void fails(long row, byte[] export) throws IOException {
    fails(row, export, null);
  }

  private void fails(long row, byte[] export, byte @Nullable [] known) throws IOException {
    ExportVerification verified = ours(export, known);
    assertTrue(
        verified.findings().stream().anyMatch(finding -> finding.sequence() == row),
        () -> "row " + row + " is not named: " + verified.findings());
    Verifier.Verdict verdict = script(export, known);
    assertEquals("1", verdict.exit(), verdict.text());
    assertTrue(verdict.text().contains("WRONG: row " + row + ":"), verdict.text());
  }

  private static byte[] replaced(byte[] body, String what, String by) {
    String text = new String(body, StandardCharsets.UTF_8);
    assertTrue(text.contains(what), text);
    return text.replace(what, by).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] exportWith(int row, byte[] body) {
    List<byte[]> lines = new ArrayList<>(bench.bodies());
    lines.set(row, body);
    return ExportBench.export(lines, lines.size());
  }

  @Test
  void aGoodExportPasses() throws Exception {
    passes(bench.export(), null);
    ExportVerification verified = ours(bench.export(), null);
    assertEquals(2, verified.checkpoints());
    assertEquals(8, verified.signatures());
    assertEquals(bench.bodies().size(), verified.rows());
  }

  @Test
  void aGoodExportWithACheckpointKnownPasses() throws Exception {
    passes(bench.export(), bench.note().bytes());
  }

  @Test
  void aChangedByte() throws Exception {
    fails(6, exportWith(5, replaced(bench.bodies().get(5), "resident", "imported")));
  }

  @Test
  void twoRowsSwapped() throws Exception {
    List<byte[]> lines = new ArrayList<>(bench.bodies());
    Collections.swap(lines, 4, 5);
    fails(4, ExportBench.export(lines, lines.size()));
  }

  @Test
  void aRowMissing() throws Exception {
    List<byte[]> lines = new ArrayList<>(bench.bodies());
    lines.remove(7);
    fails(7, ExportBench.export(lines, lines.size()));
  }

  @Test
  void aRowDoubled() throws Exception {
    List<byte[]> lines = new ArrayList<>(bench.bodies());
    lines.add(8, lines.get(7));
    fails(8, ExportBench.export(lines, lines.size()));
  }

  @Test
  void theTailCutOffWhereACheckpointIsKnown() throws Exception {
    byte[] known = bench.note().bytes();
    List<byte[]> lines = bench.bodies().subList(0, 19);
    fails(19, ExportBench.export(lines, 19), known);
    passes(ExportBench.export(lines, 19), null);
  }

  @Test
  void fewerRowsThanTheHeaderSays() throws Exception {
    List<byte[]> lines = bench.bodies().subList(0, 19);
    fails(19, ExportBench.export(lines, 20));
  }

  @Test
  void twoLedgersSpliced() throws Exception {
    List<byte[]> lines = new ArrayList<>(bench.bodies().subList(0, 10));
    lines.addAll(ExportBench.usual().bodies().subList(10, 20));
    fails(10, ExportBench.export(lines, lines.size()));
  }

  @Test
  void aForkThatTheOneWhoKeptACheckpointNotices() throws Exception {
    byte[] known = bench.note().bytes();
    int last = bench.bodies().size();
    bench.rows().removeLast();
    bench.remake();
    ExportBench forked = bench;
    forked.add("operator-action", ExportBench.fields("action", "x", "caller", "y", "detail", "z"));
    fails(last, forked.export(), known);
  }

  @Test
  void aCheckpointByAForeignKey() throws Exception {
    int at = bench.find("checkpoint", 0);
    ExportBench other = ExportBench.usual();
    bench.row(at).put("auditKey", other.auditKeyOfNotes().fingerprint().hex());
    bench.remake();
    fails(at, bench.export());
  }

  @Test
  void aCheckpointByAKeyThatOnlyTheExportNames() throws Exception {
    fails(bench.checkpointBy(ExportBench.usual(), 3), bench.export());
  }

  @Test
  void aCheckpointSignedByAForeignKeyInTheNameOfOurs() throws Exception {
    int at = bench.find("checkpoint", 0);
    bench.row(at).put("signature", ExportBench.usual().row(at).get("signature"));
    bench.remake();
    fails(at, bench.export());
  }

  @Test
  void aForgedRoot() throws Exception {
    int at = bench.find("checkpoint", 0);
    bench.row(at).put("rootHash", Sha256.of(new byte[0]).hex());
    bench.remake();
    fails(at, bench.export());
  }

  // Whoever has the audit key can sign this, and the rows still say otherwise.
  @Test
  void aRootThatTheAuditKeySignedAndIsNotTheRows() throws Exception {
    Sha256 head = RowChain.hash(bench.bodies().getLast());
    fails(bench.checkpoint(3, Sha256.of(new byte[0]), head), bench.export());
  }

  @Test
  void aHeadThatTheAuditKeySignedAndIsNotTheRows() throws Exception {
    CompactRange tree = new CompactRange();
    bench.bodies().forEach(body -> tree.append(RowChain.hash(body)));
    fails(bench.checkpoint(3, tree.root(), Sha256.of(new byte[0])), bench.export());
  }

  @Test
  void aChangedSignatureOfAnIssuedRow() throws Exception {
    int at = bench.find("issued", 0);
    byte[] signature = Base64.getDecoder().decode((String) bench.row(at).get("signature"));
    signature[40] ^= 1;
    bench.row(at).put("signature", Base64.getEncoder().encodeToString(signature));
    bench.remake();
    fails(at, bench.export());
  }

  @Test
  void aChangedRsaSignature() throws Exception {
    bench.rsaKey("cc");
    bench.issue("cc", 1);
    passes(bench.export(), null);
    int at = bench.bodies().size() - 1;
    byte[] signature = Base64.getDecoder().decode((String) bench.row(at).get("signature"));
    for (int changed : new int[] {0, 100, signature.length - 1}) {
      byte[] other = signature.clone();
      other[changed] ^= 1;
      bench.row(at).put("signature", Base64.getEncoder().encodeToString(other));
      bench.remake();
      fails(at, bench.export());
    }
  }

  @Test
  void theCommandEndsAsItsVerdictSays() throws Exception {
    byte[] good = bench.export();
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    assertEquals(0, ended(good));
    assertEquals(1, ended(bad));
  }

  private static int ended(byte[] export) throws IOException, InterruptedException {
    Path file = Files.write(directory.resolve("alone.jsonl"), export);
    return new ProcessBuilder("python3", "-I", Verifier.SCRIPT.toString(), file.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void anRThatCameTwice() throws Exception {
    bench.issueWith(BigInteger.valueOf(4_711), "aa", 6);
    passes(bench.export(), null);
    fails(bench.issueWith(BigInteger.valueOf(4_711), "aa", 7), bench.export());
  }

  // RFC 6979: a token that derives k from the text signs the same text with the same r.
  @Test
  void theSameTextSignedAgainAfterARebaseMayHaveTheSameSignature() throws Exception {
    long rebased = bench.rebase("aa", 4);
    Map<String, Object> first = bench.row(bench.find("issued", bench.find("checkpoint", 0)));
    long decision = bench.admit("aa", 4, Sha256.of(ExportBench.text("aa", 4)), rebased);
    byte[] signature = Base64.getDecoder().decode(String.valueOf(first.get("signature")));
    bench.issued(decision, "aa", 4, signature);
    passes(bench.export(), null);
  }

  @Test
  void aChangedTimeWithTheChainRecomputed() throws Exception {
    bench.row(5).put("time", "2026-08-01T12:00:59.000001Z");
    bench.remake();
    fails(bench.find("checkpoint", 0), bench.export());
  }

  @Test
  void aRowLeftOutAndAllRenumberedWithTheChainRecomputed() throws Exception {
    bench.rows().remove(bench.find("decision", bench.find("checkpoint", 0) - 1));
    bench.remake();
    fails(bench.find("checkpoint", 0), bench.export());
  }

  @Test
  void anEpochThatGoesBack() throws Exception {
    bench.checkpoint(1);
    fails(bench.bodies().size() - 1L, bench.export());
  }

  @Test
  void aRowAfterRetirement() throws Exception {
    long row =
        bench.add(
            "key-status",
            ExportBench.with(
                bench.ofKey("bb"), "caller", "CN=op", "reason", "back", "status", "active"));
    fails(row, bench.export());
  }

  @Test
  void aVersionThatGoesBack() throws Exception {
    fails(bench.admit("aa", 2, Sha256.of(new byte[0])), bench.export());
  }

  @Test
  void issuedWithoutADecision() throws Exception {
    int first = bench.find("issued", 0);
    Map<String, Object> again = new java.util.HashMap<>(bench.row(first));
    fails(bench.add("issued", again), bench.export());
  }

  @Test
  void anUnknownKind() throws Exception {
    fails(bench.add("gift", ExportBench.fields("from", "me")), bench.export());
  }

  @Test
  void anUnknownMember() throws Exception {
    Map<String, Object> fields =
        ExportBench.fields("action", "x", "caller", "y", "detail", "z", "more", 1);
    fails(bench.add("operator-action", fields), bench.export());
  }

  @Test
  void aMemberMissing() throws Exception {
    fails(
        bench.add("operator-action", ExportBench.fields("action", "x", "caller", "y")),
        bench.export());
  }

  @Test
  void jsonThatIsNotCanonical() throws Exception {
    fails(5, exportWith(5, replaced(bench.bodies().get(5), ",\"kind\"", ", \"kind\"")));
  }

  @Test
  void aMemberTwice() throws Exception {
    byte[] body = replaced(bench.bodies().get(5), ",\"kind\"", ",\"keyid\":\"00\",\"kind\"");
    fails(5, exportWith(5, body));
  }

  @Test
  void garbageAtTheEnd() throws Exception {
    List<byte[]> lines = new ArrayList<>(bench.bodies());
    lines.add("garbage".getBytes(StandardCharsets.UTF_8));
    fails(bench.bodies().size(), ExportBench.export(lines, bench.bodies().size()));
  }

  @Test
  void lineEndsOfAnotherSystem() throws Exception {
    String text = new String(bench.export(), StandardCharsets.UTF_8);
    int header = text.indexOf('\n') + 1;
    byte[] changed =
        (text.substring(0, header) + text.substring(header).replace("\n", "\r\n"))
            .getBytes(StandardCharsets.UTF_8);
    fails(0, changed);
  }

  @Test
  void aLastLineWithoutItsEnd() throws Exception {
    byte[] export = bench.export();
    fails(bench.bodies().size() - 1L, java.util.Arrays.copyOf(export, export.length - 1));
  }
}
