package dev.chancery.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
  private static final String LEDGER = "00112233445566778899aabbccddeeff";
  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          LEDGER,
          1_000,
          Sha256.of(new byte[] {1}),
          Sha256.of(new byte[] {2}),
          3,
          Instant.parse("2026-08-01T12:00:00.123456789Z"));
  private static final String TEXT =
      """
      00112233445566778899aabbccddeeff
      1000
      S/USLzRFVMU73i67jNK349FgCtYxw4Wl18ziPHeFRZo=
      head dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986
      epoch 3
      time 2026-08-01T12:00:00.123456Z
      """;

  /** A key pair that signs as a token would: raw. */
  private record Signer(KeyPair pair, Algorithm algorithm) {
    static Signer of(Algorithm algorithm) throws GeneralSecurityException {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(algorithm == Algorithm.ECDSA ? "EC" : "Ed25519");
      if (algorithm == Algorithm.ECDSA) {
        generator.initialize(256);
      }
      return new Signer(generator.generateKeyPair(), algorithm);
    }

    NoteKey key(String name) {
      return NoteKey.of(name, algorithm, pair.getPublic().getEncoded());
    }

    RawSignature sign(String text) throws GeneralSecurityException {
      Signature signature =
          Signature.getInstance(
              algorithm == Algorithm.ECDSA ? "SHA256withECDSAinP1363Format" : "Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return new RawSignature(signature.sign());
    }
  }

  @Test
  void isTextOfSixLinesWithTheTimeCutToMicroseconds() {
    assertEquals(TEXT, CHECKPOINT.text());
    assertEquals(CHECKPOINT, Checkpoint.parse(TEXT));
  }

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "ECDSA"})
  void anAuditKeySignsItAndItIsOpened(Algorithm algorithm) throws GeneralSecurityException {
    Signer signer = Signer.of(algorithm);
    RawSignature signature = signer.sign(TEXT);
    NoteKey key = NoteKey.parseVkey(signer.key(LEDGER).vkey());
    byte[] note = CHECKPOINT.signed(key, signature).bytes();
    NoteKey other = Signer.of(algorithm).key(LEDGER);
    Checkpoint.Verified opened = Checkpoint.open(note, List.of(other, key));
    assertEquals(CHECKPOINT, opened.checkpoint());
    assertEquals(signature, opened.signature());
    assertEquals(key.fingerprint(), opened.key().fingerprint());
    assertThrows(AuditException.class, () -> Checkpoint.open(note, List.of(other)));
    assertThrows(AuditException.class, () -> Checkpoint.open(note, List.of()));
  }

  @Test
  void aKeyOfAnotherLedgerSignsNothingHere() throws GeneralSecurityException {
    Signer signer = Signer.of(Algorithm.ED25519);
    NoteKey key = signer.key("another-ledger");
    byte[] note = CHECKPOINT.signed(key, signer.sign(TEXT)).bytes();
    assertThrows(AuditException.class, () -> Checkpoint.open(note, List.of(key)));
  }

  @Test
  void aWrongSignatureOfAKnownKeyIsSaidToBeWrong() throws GeneralSecurityException {
    Signer signer = Signer.of(Algorithm.ED25519);
    NoteKey key = signer.key(LEDGER);
    byte[] note = CHECKPOINT.signed(key, signer.sign(TEXT + "more")).bytes();
    AuditException told =
        assertThrows(AuditException.class, () -> Checkpoint.open(note, List.of(key)));
    assertEquals("the signature of the checkpoint does not verify", told.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 01000",
    "1000, 0",
    "1000, -1",
    "1000, +1000",
    "1000, 99999999999999999",
    "epoch 3, epoch -3",
    "epoch 3, epoch 03",
    "epoch 3, epoch  3",
    "epoch 3, period 3",
    "head d, head D",
    "head d, head ",
    "S/U, s_U",
    "S/U, S",
    "123456Z, 1234567Z",
    "123456Z, 123456+00:00",
    "123456Z, 123456z",
    "time 2026-08, time 2026-13",
    "00112233, 00 112233"
  })
  void whatIsWrittenInAnyOtherWayIsRefused(String right, String wrong) {
    String text = TEXT.replace(right, wrong);
    assertThrows(AuditException.class, () -> Checkpoint.parse(text));
  }

  @Test
  void linesMoreOrLessAreRefused() {
    assertThrows(AuditException.class, () -> Checkpoint.parse(TEXT + "more\n"));
    assertThrows(AuditException.class, () -> Checkpoint.parse(TEXT.strip()));
    assertThrows(AuditException.class, () -> Checkpoint.parse(""));
  }
}
