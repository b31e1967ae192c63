package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The file around the signed part: N-1, K-N3, K-N7, NT-5. */
class NotaryEnvelopeTest {
  private static final NotaryDialect NOTARY = MetadataDialects.notary();
  private static final Path CASE = Samples.directory("notary-dialect-cases").resolve("good-ecdsa");
  private static final Function<KeyId, Optional<VerificationKey>> KEYS =
      Samples.keys(CASE.resolve("root.json"), "timestamp");
  private static final String GOOD =
      new String(Samples.bytes(CASE.resolve("timestamp.json")), StandardCharsets.US_ASCII);
  private static final String KEY_ID = between("\"keyid\":\"", "\"");
  private static final String SIG = between("\"sig\":\"", "\"");
  private static final String SIGNATURE =
      "{\"keyid\":\"" + KEY_ID + "\",\"method\":\"ecdsa\",\"sig\":\"" + SIG + "\"}";

  @Test
  void verifiesAFileAndWritesTheSameOne() {
    VerifiedEnvelope verified = verify(GOOD);
    assertEquals(List.of(new KeyId(KEY_ID)), verified.signers());
    byte[] written =
        NOTARY.envelope(
            verified.metadata(),
            verified.signers().get(0),
            Algorithm.ECDSA,
            new RawSignature(Base64.getDecoder().decode(SIG)));
    assertArrayEquals(GOOD.getBytes(StandardCharsets.US_ASCII), written);
    assertEquals(
        verified.file(),
        NOTARY
            .servedFile(
                verified.metadata(),
                verified.signers().get(0),
                Algorithm.ECDSA,
                new RawSignature(Base64.getDecoder().decode(SIG)))
            .orElseThrow());
  }

  @Test
  void refusesAnyOtherWritingOfTheFile() {
    assertRefused(Refusal.NOT_CANONICAL, GOOD + "\n");
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace(",\"signatures\"", ", \"signatures\""));
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace("\"version\":1", "\"version\": 1"));
    assertRefused(Refusal.NOT_CANONICAL, GOOD.replace("{\"_type\"", "{\"\\u005ftype\""));
    String signed = GOOD.substring(1, GOOD.indexOf(",\"signatures\""));
    assertRefused(Refusal.NOT_CANONICAL, "{\"signatures\":[" + SIGNATURE + "]," + signed + "}");
    assertRefused(
        Refusal.NOT_CANONICAL,
        GOOD.replace(
            SIGNATURE,
            SIGNATURE
                .replace("\"keyid\":\"" + KEY_ID + "\",", "")
                .replace("}", ",\"keyid\":\"" + KEY_ID + "\"}")));
  }

  @Test
  void refusesMissingAndUnknownMembers() {
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"signatures\"", "\"Signatures\""));
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("{\"signed\"", "{\"a\":1,\"signed\""));
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"sig\":", "\"sigs\":"));
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("\"keyid\":", "\"KeyID\":"));
    assertRefused(Refusal.UNKNOWN_FIELD, GOOD.replace("}]}", ",\"x\":1}]}"));
    assertRefused(Refusal.UNKNOWN_FIELD, "{}");
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"signed\":", "\"signed\":1,\"signed\":"));
  }

  @Test
  void refusesASignedPartOfAnotherRoleOrForm() {
    assertRefused(Refusal.WRONG_TYPE, GOOD.replace("\"Timestamp\"", "\"Snapshot\""));
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"version\":1", "\"version\":0"));
    assertRefused(Refusal.MALFORMED, "{\"signed\":[],\"signatures\":[" + SIGNATURE + "]}");
    assertRefused(Refusal.TOO_LARGE, GOOD + " ".repeat(4_096 + 8_192));
  }

  @Test
  void refusesSignaturesThatAreNone() {
    assertRefused(Refusal.MALFORMED, GOOD.replace(SIGNATURE, ""));
    assertRefused(Refusal.MALFORMED, GOOD.replace("[" + SIGNATURE + "]", "{}"));
    assertRefused(Refusal.MALFORMED, GOOD.replace(SIGNATURE, "1"));
    assertRefused(Refusal.MALFORMED, GOOD.replace(SIG, ""));
    assertRefused(Refusal.MALFORMED, GOOD.replace(SIG, SIG.replace("=", "")));
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"" + SIG + "\"", "1"));
    assertRefused(Refusal.MALFORMED, GOOD.replace(KEY_ID, KEY_ID.substring(1)));
    assertRefused(Refusal.MALFORMED, GOOD.replace(KEY_ID, "A" + KEY_ID.substring(1)));
    assertRefused(Refusal.MALFORMED, GOOD.replace(SIGNATURE, SIGNATURE + "," + SIGNATURE));
  }

  @Test
  void readsMethodsInAnyCaseAndRefusesThoseItDoesNotMake() {
    assertEquals(1, verify(GOOD.replace("\"ecdsa\"", "\"ECDSA\"")).signers().size());
    assertEquals(1, verify(GOOD.replace("\"ecdsa\"", "\"EcDsa\"")).signers().size());
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"ecdsa\"", "\"ecdsa-sha2-nistp256\""));
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"ecdsa\"", "\"rsapkcs1v15\""));
    assertRefused(Refusal.MALFORMED, GOOD.replace("\"ecdsa\"", "\"\""));
    assertRefused(Refusal.SIGNATURE_INVALID, GOOD.replace("\"ecdsa\"", "\"eddsa\""));
  }

  @Test
  void refusesSignaturesByOtherKeysEvenBesideAGoodOne() {
    String foreign = SIGNATURE.replace(KEY_ID, "0".repeat(64));
    assertRefused(Refusal.KEY_UNKNOWN, GOOD.replace(SIGNATURE, foreign));
    assertRefused(Refusal.KEY_UNKNOWN, GOOD.replace(SIGNATURE, SIGNATURE + "," + foreign));
  }

  @Test
  void refusesSignaturesThatDoNotVerify() {
    assertRefused(Refusal.SIGNATURE_INVALID, GOOD.replace("\"version\":1", "\"version\":2"));
    char flipped = SIG.charAt(0) == 'A' ? 'B' : 'A';
    assertRefused(Refusal.SIGNATURE_INVALID, GOOD.replace(SIG, flipped + SIG.substring(1)));
  }

  @Test
  void theSnapshotSentAlongIsTheOneNamedByLengthAndBothHashes() {
    byte[] file = Samples.bytes(CASE.resolve("snapshot.json"));
    byte[] otherLength =
        (new String(file, StandardCharsets.US_ASCII) + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] otherBytes = file.clone();
    otherBytes[file.length - 10] ^= 1;
    assertMismatch("length", GOOD, otherLength);
    assertMismatch("sha256", GOOD, otherBytes);
    String sha512 = between("\"sha512\":\"", "\"");
    char other = sha512.charAt(0) == 'A' ? 'B' : 'A';
    assertMismatch("sha512", GOOD.replace(sha512, other + sha512.substring(1)), file);
  }

  private static void assertMismatch(String what, String timestampFile, byte[] snapshotFile) {
    Timestamp timestamp =
        NOTARY.timestamp(
            Samples.signedPart(timestampFile.getBytes(StandardCharsets.US_ASCII)),
            FormOptions.DEFAULT);
    var refused =
        assertThrows(
            RefusedException.class,
            () ->
                NOTARY.verifySnapshot(
                    timestamp, snapshotFile, FormOptions.DEFAULT, id -> Optional.empty()));
    assertEquals(Refusal.SNAPSHOT_MISMATCH, refused.reason());
    assertTrue(refused.observed().contains(what), refused.observed());
    NotaryFormTest.assertShowable(refused);
  }

  private static void assertRefused(Refusal reason, String file) {
    var refused = assertThrows(RefusedException.class, () -> verify(file));
    assertEquals(reason, refused.reason(), () -> String.valueOf(refused.getMessage()));
    NotaryFormTest.assertShowable(refused);
  }

  private static VerifiedEnvelope verify(String file) {
    return NOTARY.verifyEnvelope(
        file.getBytes(StandardCharsets.US_ASCII), Role.TIMESTAMP, FormOptions.DEFAULT, KEYS);
  }

  private static String between(String before, String after) {
    int start = GOOD.indexOf(before) + before.length();
    return GOOD.substring(start, GOOD.indexOf(after, start));
  }
}
