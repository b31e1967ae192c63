package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The snapshot file sent along with a timestamp (RULES NT-5). */
class EnvelopeRulesTest extends PathTest {
  private static final Charset US_ASCII = StandardCharsets.US_ASCII;

  private KeyRecord timestamps;
  private KeyRecord snapshots;

  @BeforeEach
  void keys() {
    timestamps = timestampKey();
    snapshots = snapshotKey();
  }

  @Test
  void theFileThatIsNamedPasses() {
    byte[] file = signedHere(snapshot(1, "one"));
    assertEquals("admit", sent(1, file, file));
  }

  @Test
  void anotherFileDoesNot() {
    byte[] named = signedHere(snapshot(1, "one"));
    byte[] other = signedHere(snapshot(1, "other"));
    assertEquals("SNAPSHOT_MISMATCH", sent(1, named, other));
    assertEquals("SNAPSHOT_MISMATCH", sent(1, named, (text(named) + "\n").getBytes(US_ASCII)));
    assertEquals("admit", sent(1, named, named));
  }

  @Test
  void aFileWhoseSignatureDoesNotVerifyDoesNot() {
    byte[] signed = snapshot(1, "one");
    byte[] good = signedHere(signed);
    byte[] wrong = envelope(signed, new RawSignature(new byte[64]));
    assertEquals("SIGNATURE_INVALID", sent(1, wrong, wrong));
    assertEquals("admit", sent(1, good, good));
  }

  @ParameterizedTest(name = "{0} ns after it expired: {1}")
  @CsvSource({"-1000, admit", "0, SNAPSHOT_MISMATCH"})
  void aFileThatExpiredDoesNot(long nanos, String verdict) {
    Instant expires = START.plus(Duration.ofHours(2));
    MetaFile meta = SigningBench.file("file");
    byte[] file =
        signedHere(
            SigningBench.signedPart("Snapshot", 1, expires, Map.of("root", meta, "targets", meta)));
    clock.set(expires.plusNanos(nanos));
    assertEquals(verdict, sent(1, file, file));
  }

  // Not on the record as issued, so the hash link does not judge it: only the envelope shows it.
  @ParameterizedTest(name = "version {0} where its key has reached 3: {1}")
  @CsvSource({"1, SNAPSHOT_ROLLBACK", "2, admit", "3, admit"})
  void aFileThatItsKeyHasLeftBehindDoesNot(int version, String verdict) {
    for (int i = 1; i <= 3; i++) {
      signedHere(snapshot(i, "v" + i));
    }
    byte[] signed = snapshot(version, "not recorded");
    byte[] unrecorded = envelope(signed, ofToken(signed));
    assertEquals(verdict, sent(1, unrecorded, unrecorded));
  }

  @Test
  void aSnapshotBringsNoFileAlong() {
    byte[] file = signedHere(snapshot(1, "one"));
    var selector = new SigningRequest.KeySelector.ById(snapshots.id());
    var request = new SigningRequest(snapshots.role(), selector, snapshot(2, "two"), file);
    long calls = token.signCalls();
    var outcome = bench.signing.sign(TestCaller.ALL, request).join();
    assertEquals("REQUEST_INVALID", SigningBench.verdict(outcome));
    assertEquals(calls, token.signCalls());
  }

  /** The verdict on a timestamp that names {@code named}, with {@code along} sent along. */
  private String sent(int version, byte[] named, byte[] along) {
    MetaFile meta = new MetaFile(Sha256.of(named), Sha512.of(named), named.length);
    var selector = new SigningRequest.KeySelector.ById(timestamps.id());
    var request =
        new SigningRequest(timestamps.role(), selector, bench.timestamp(version, meta), along);
    long calls = token.signCalls();
    String verdict = SigningBench.verdict(bench.signing.sign(TestCaller.ALL, request).join());
    assertEquals(verdict.equals("admit") ? calls + 1 : calls, token.signCalls());
    return verdict;
  }

  private byte[] signedHere(byte[] signed) {
    return envelope(signed, admits(snapshots, signed).signature());
  }

  private RawSignature ofToken(byte[] signed) {
    return new RawSignature(
        token.sign(token.find(SigningBench.tokenKeyId(snapshots)).orElseThrow(), signed).join());
  }

  private byte[] envelope(byte[] signed, RawSignature signature) {
    return "{\"signed\":%s,\"signatures\":[{\"keyid\":\"%s\",\"method\":\"%s\",\"sig\":\"%s\"}]}"
        .formatted(
            text(signed), snapshots.id().hex(), Algorithm.ECDSA.notaryMethod(), signature.base64())
        .getBytes(US_ASCII);
  }

  private static String text(byte[] ascii) {
    return new String(ascii, US_ASCII);
  }
}
