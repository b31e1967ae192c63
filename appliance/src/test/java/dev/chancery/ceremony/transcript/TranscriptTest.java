package dev.chancery.ceremony.transcript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.ceremony.transcript.Countersignature.Signer;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TranscriptTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private static final KeyPair AUDIT = newKey();
  private static final KeyPair GRACE = newKey();
  private static final KeyPair EVE = newKey();
  private static final Heading HEADING =
      new Heading(
          "c-1",
          "ledger-1",
          "genesis",
          "registry.example/app",
          Optional.of(Sha256.of(new byte[] {1})));

  private static KeyPair newKey() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static VerificationKey key(KeyPair pair) {
    return VerificationKey.parse(Algorithm.ED25519, pair.getPublic().getEncoded());
  }

  private static RawSignature sign(KeyPair pair, byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return new RawSignature(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Step step(int minute, String action, String exception) {
    return new Step(
        START.plusSeconds(60L * minute),
        "Ada",
        action,
        new TreeMap<>(Map.of("proposal", Sha256.of(new byte[] {2}))),
        new TreeMap<>(Map.of("tamper bag", "A0042", "token serial", "00ff")),
        "done <well>",
        exception);
  }

  private static Transcript unsigned() {
    return Transcript.of(HEADING)
        .with(step(0, "freeze", ""))
        .with(step(1, "approve", "the door was opened"))
        .with(step(1, "sign", ""));
  }

  private static Transcript signedBy(Transcript transcript, Signer as, KeyPair pair) {
    return transcript.signed(as, as.name(), key(pair), bytes -> sign(pair, bytes));
  }

  private static Transcript complete() {
    return signedBy(signedBy(unsigned(), Signer.APPLIANCE, AUDIT), Signer.WITNESS, GRACE);
  }

  private static byte[] edited(Transcript transcript, String from, String to) {
    String text = new String(transcript.bytes(), StandardCharsets.US_ASCII);
    assertTrue(text.contains(from), text);
    return text.replace(from, to).getBytes(StandardCharsets.US_ASCII);
  }

  private static RefusedException refused(Refusal reason, Executable attempt) {
    RefusedException refusal = assertThrows(RefusedException.class, attempt);
    assertEquals(reason, refusal.reason(), refusal::getMessage);
    return refusal;
  }

  @Test
  void whatWasWrittenIsReadAgainAndSignedByThoseKnown() {
    Transcript read = Transcript.read(complete().bytes());
    assertEquals(HEADING, read.heading());
    assertEquals(unsigned().steps(), read.steps());
    assertEquals(unsigned().head(), read.head());
    assertArrayEquals(complete().heading().line(), read.heading().line());
    read.checkSignedBy(List.of(key(AUDIT)), List.of(key(GRACE)), 1);
    assertEquals(0, Transcript.read(unsigned().bytes()).signatures().size());
  }

  @Test
  void anEditedStepBreaksTheChain() {
    refused(
        Refusal.TRANSCRIPT_CHAIN,
        () -> Transcript.read(edited(complete(), "\"freeze\"", "\"freeez\"")));
    refused(
        Refusal.TRANSCRIPT_CHAIN,
        () -> Transcript.read(edited(complete(), "registry.example/app", "registry.example/apq")));
    // The last step has no step behind it: the signatures hold it.
    refused(
        Refusal.TRANSCRIPT_SIGNATURE,
        () -> Transcript.read(edited(complete(), "\"sign\"", "\"sing\"")));
  }

  @Test
  void aStepLeftOutMovedOrDoubledBreaksTheChain() {
    List<String> lines = new String(unsigned().bytes(), StandardCharsets.US_ASCII).lines().toList();
    List<List<Integer>> orders =
        List.of(List.of(0, 2, 3), List.of(0, 2, 1, 3), List.of(0, 1, 1, 2, 3));
    for (List<Integer> order : orders) {
      StringBuilder text = new StringBuilder();
      order.forEach(line -> text.append(lines.get(line)).append('\n'));
      byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
      refused(Refusal.TRANSCRIPT_CHAIN, () -> Transcript.read(bytes));
    }
  }

  @Test
  void timeDoesNotGoBack() {
    Transcript transcript = Transcript.of(HEADING).with(step(5, "freeze", ""));
    refused(Refusal.TRANSCRIPT_CHAIN, () -> transcript.with(step(4, "approve", "")));
    transcript.with(step(5, "approve", ""));
  }

  @Test
  void nothingFollowsASignature() {
    Transcript signed = complete();
    assertThrows(IllegalStateException.class, () -> signed.with(step(9, "more", "")));
    byte[] line = step(9, "more", "").line(4, signed.head());
    byte[] longer = new byte[signed.bytes().length + line.length + 1];
    System.arraycopy(signed.bytes(), 0, longer, 0, signed.bytes().length);
    System.arraycopy(line, 0, longer, signed.bytes().length, line.length);
    longer[longer.length - 1] = '\n';
    refused(Refusal.TRANSCRIPT_CHAIN, () -> Transcript.read(longer));
  }

  @Test
  void theApplianceAndEnoughWitnessesMustSign() {
    Transcript onlyWitness = signedBy(unsigned(), Signer.WITNESS, GRACE);
    Transcript onlyAppliance = signedBy(unsigned(), Signer.APPLIANCE, AUDIT);
    List<VerificationKey> audit = List.of(key(AUDIT));
    List<VerificationKey> witnesses = List.of(key(GRACE), key(EVE));
    refused(Refusal.TRANSCRIPT_SIGNATURE, () -> onlyWitness.checkSignedBy(audit, witnesses, 1));
    refused(Refusal.TRANSCRIPT_SIGNATURE, () -> onlyAppliance.checkSignedBy(audit, witnesses, 1));
    refused(
        Refusal.TRANSCRIPT_SIGNATURE,
        () -> complete().checkSignedBy(List.of(key(EVE)), witnesses, 1));
    Transcript twiceTheSame = signedBy(complete(), Signer.WITNESS, GRACE);
    refused(Refusal.TRANSCRIPT_SIGNATURE, () -> twiceTheSame.checkSignedBy(audit, witnesses, 2));
    signedBy(complete(), Signer.WITNESS, EVE).checkSignedBy(audit, witnesses, 2);
    onlyAppliance.checkSignedBy(audit, witnesses, 0);
    // The audit key as a witness is no witness.
    Transcript same = signedBy(onlyAppliance, Signer.WITNESS, AUDIT);
    refused(Refusal.TRANSCRIPT_SIGNATURE, () -> same.checkSignedBy(audit, witnesses, 1));
  }

  @Test
  void aSignatureOfOtherBytesOrForAnotherSignerIsRefused() {
    refused(
        Refusal.TRANSCRIPT_SIGNATURE,
        () -> unsigned().signed(Signer.WITNESS, "Eve", key(GRACE), bytes -> sign(EVE, bytes)));
    refused(
        Refusal.TRANSCRIPT_SIGNATURE,
        () -> Transcript.read(edited(complete(), "\"WITNESS\",", "\"APPLIANCE\",")));
    refused(
        Refusal.TRANSCRIPT_SIGNATURE,
        () -> Transcript.read(edited(complete(), "\"name\":\"WITNESS\"", "\"name\":\"Eve\"")));
  }

  @Test
  void linesInAnotherFormAreNoTranscript() {
    for (String wrong : List.of("", "\n", "{}\n", "{}", "[]\n", "x\n")) {
      byte[] bytes = wrong.getBytes(StandardCharsets.US_ASCII);
      refused(Refusal.TRANSCRIPT_FORM, () -> Transcript.read(bytes));
    }
    refused(
        Refusal.TRANSCRIPT_FORM,
        () -> Transcript.read(edited(complete(), "\"actor\":", "\"actor\": ")));
    refused(
        Refusal.TRANSCRIPT_FORM,
        () -> Transcript.read(edited(complete(), "\"actor\":\"Ada\"", "\"actor\":\"\"")));
    refused(Refusal.TRANSCRIPT_FORM, () -> Transcript.read(new byte[Transcript.MAX_BYTES + 1]));
  }

  @Test
  void whatLooksLikeAShareIsNotRecorded() {
    String share = "04HK2-Z0QX1-0000B-8M2K4-A1B2C";
    for (String secret : List.of(share, "typed " + share.replace('-', ' '), "x: " + share)) {
      var thrown = assertThrows(IllegalArgumentException.class, () -> step(1, secret, ""));
      assertFalse(thrown.toString().contains("04HK2"), thrown::toString);
    }
    step(1, "opened token 04HK2-Z0QX1 with shares 1, 2 and 3", "");
    assertThrows(IllegalArgumentException.class, () -> step(1, "two\nlines", ""));
    assertThrows(IllegalArgumentException.class, () -> step(1, "", ""));
  }

  @Test
  void renderedTwiceItIsTheSameInAnyPlace() {
    Rendering rendering = new Rendering(bytes -> "aardvark " + bytes.length);
    String text = rendering.text(complete());
    String html = rendering.html(complete());
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertEquals(text, rendering.text(Transcript.read(complete().bytes())));
      assertEquals(html, rendering.html(Transcript.read(complete().bytes())));
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void theReportShowsStepsExceptionsSerialsDigestsAndSigners() {
    Rendering rendering = new Rendering(bytes -> "aardvark adroitness");
    String text = rendering.text(complete());
    String digest = HEADING.digest().orElseThrow().hex();
    List.of(
            "Report of ceremony c-1\n======================\n",
            digest.substring(0, 4) + " " + digest.substring(4, 8),
            "in words: aardvark adroitness",
            "  1. Ada: freeze\n",
            "     tamper bag: A0042\n",
            "     token serial: 00ff\n",
            "     EXCEPTION: the door was opened\n",
            "at step 2: the door was opened\n",
            "initials [      ]",
            "WITNESS WITNESS: ed25519 key ")
        .forEach(part -> assertTrue(text.contains(part), () -> part + "\nin\n" + text));
    assertTrue(rendering.html(complete()).contains("done &lt;well&gt;"));
    assertTrue(rendering.text(unsigned()).contains("this transcript is not finished"));
  }

  @Test
  void theScriptHasBoxesForInitialsAndSaysThatItIsARehearsal() {
    Heading rehearsal =
        new Heading("REHEARSAL-7", "l", "genesis", "rehearsal/app", Optional.empty());
    Script script =
        new Script(
            rehearsal,
            List.of("Witness: Grace"),
            List.of("root token, serial 00ff, tamper bag A0042"),
            List.of(
                new Script.Instruction("Ada", "Open the bag", ""),
                new Script.Instruction("Ada", "Show the proposal", "chancery ceremony show c-1")));
    Rendering rendering = new Rendering(bytes -> "never");
    String text = rendering.text(script);
    List.of(
            "REHEARSAL: nothing made here is valid outside of it\n",
            "Witness: Grace\n",
            "[ ]: root token, serial 00ff, tamper bag A0042\n",
            "  2. Ada: Show the proposal\n     $ chancery ceremony show c-1\n     initials [")
        .forEach(part -> assertTrue(text.contains(part), () -> part + "\nin\n" + text));
    assertFalse(rendering.text(complete()).contains("REHEARSAL"));
    assertTrue(rendering.html(script).contains("<td>2</td><td>Ada: Show the proposal<br><code>$ "));
  }
}
