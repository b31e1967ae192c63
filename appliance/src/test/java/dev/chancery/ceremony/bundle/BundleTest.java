package dev.chancery.ceremony.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final Instant TIME = Instant.parse("2026-11-24T10:00:00Z");
  private static final KeyPair EXPORTER = newKey();

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

  private static SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (String name :
        List.of(
            "roots/1.root.json",
            "roots/12.root.json",
            "proposal.signed.json",
            "proposal.canonical",
            "diff.txt",
            "script.txt",
            "policy.json",
            "approvals/ada.json",
            "signatures/0f3c.json",
            "transcript/steps.jsonl")) {
      files.put(name, ("content of " + name).getBytes(StandardCharsets.US_ASCII));
    }
    files.put("custodians.json", new byte[512]); // a whole block needs no padding
    return files;
  }

  private static byte[] written(SortedMap<String, byte[]> files) {
    return Bundle.write(
        "c-1", "ledger-1", "Ada", TIME, files, key(EXPORTER), bytes -> sign(EXPORTER, bytes));
  }

  private static Bundle read(byte[] tar) {
    return Bundle.read(tar, List.of(key(EXPORTER)));
  }

  private static RefusedException refused(Refusal reason, Executable attempt) {
    RefusedException refusal = assertThrows(RefusedException.class, attempt);
    assertEquals(reason, refusal.reason(), refusal::getMessage);
    return refusal;
  }

  /** A bundle whose files were changed after it was signed, packed again in the right form. */
  private static byte[] repacked(Consumer<SortedMap<String, byte[]>> change) {
    SortedMap<String, byte[]> files = Tar.read(written(files()));
    change.accept(files);
    return Tar.write(files);
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    Bundle bundle = read(written(files()));
    assertEquals(files().keySet(), bundle.files().keySet());
    files().forEach((name, content) -> assertArrayEquals(content, bundle.file(name).orElseThrow()));
    assertEquals("c-1", bundle.manifest().ceremony());
    assertEquals("ledger-1", bundle.manifest().ledger());
    assertEquals(TIME, bundle.manifest().time());
    assertTrue(bundle.file("manifest.json").isEmpty());
  }

  @Test
  void theSameContentMakesTheSameBytes() {
    assertArrayEquals(written(files()), written(new TreeMap<>(files())));
  }

  @Test
  void tarReadsIt(@TempDir Path directory) throws IOException, InterruptedException {
    Path file = directory.resolve("b.tar");
    Files.write(file, written(files()));
    Process tar =
        new ProcessBuilder("tar", "--full-time", "-tvf", file.toString())
            .redirectErrorStream(true)
            .start();
    String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tar.waitFor(), listing);
    assertEquals(12, listing.lines().count(), listing);
    assertTrue(listing.lines().allMatch(line -> line.startsWith("-rw-r--r-- 0/0 ")), listing);
  }

  @Test
  void anEditedFileIsNamed() {
    byte[] edited =
        repacked(files -> files.put("diff.txt", "no change".getBytes(StandardCharsets.US_ASCII)));
    var refusal = refused(Refusal.BUNDLE_EDITED, () -> read(edited));
    assertTrue(refusal.observed().startsWith("\"diff.txt\" "), refusal.observed());
    read(repacked(files -> {}));
  }

  @Test
  void anEditedManifestIsRefused() {
    byte[] edited =
        repacked(
            files ->
                files.compute(
                    "manifest.json",
                    (name, json) ->
                        new String(json, StandardCharsets.US_ASCII)
                            .replace("ledger-1", "ledger-2")
                            .getBytes(StandardCharsets.US_ASCII)));
    refused(Refusal.BUNDLE_EDITED, () -> read(edited));
    byte[] spaced =
        repacked(
            files ->
                files.compute(
                    "manifest.json",
                    (name, json) ->
                        (new String(json, StandardCharsets.US_ASCII) + "\n")
                            .getBytes(StandardCharsets.US_ASCII)));
    refused(Refusal.BUNDLE_FORM, () -> read(spaced));
  }

  @Test
  void aBundleOfSomebodyElseIsForeign() {
    KeyPair other = newKey();
    byte[] foreign =
        Bundle.write(
            "c-1", "ledger-1", "Ada", TIME, files(), key(other), bytes -> sign(other, bytes));
    refused(Refusal.BUNDLE_FOREIGN, () -> read(foreign));
    Bundle.read(foreign, List.of(key(EXPORTER), key(other)));
    assertEquals("Ada", Bundle.readUntrusted(foreign).manifest().exporter());
  }

  @Test
  void aSignatureOfAnotherKeyThanTheNamedOneIsNotWrittenOut() {
    KeyPair other = newKey();
    refused(
        Refusal.BUNDLE_EDITED,
        () ->
            Bundle.write(
                "c-1", "l", "Ada", TIME, files(), key(EXPORTER), bytes -> sign(other, bytes)));
  }

  @Test
  void aFileTooManyOrTooFewIsNamed() {
    byte[] extra = repacked(files -> files.put("approvals/eve.json", new byte[] {'{', '}'}));
    assertEquals(
        "\"approvals/eve.json\"", refused(Refusal.BUNDLE_EXTRA, () -> read(extra)).observed());
    byte[] fewer = repacked(files -> files.remove("policy.json"));
    assertEquals(
        "no \"policy.json\"", refused(Refusal.BUNDLE_MISSING, () -> read(fewer)).observed());
    byte[] without = repacked(files -> files.remove("manifest.json"));
    refused(Refusal.BUNDLE_MISSING, () -> read(without));
  }

  @Test
  void namesThatLeadOutOrAreNotKnownAreRefused() {
    for (String name :
        List.of(
            "../policy.json",
            "/etc/passwd",
            "roots/../policy.json",
            "roots/0.root.json",
            "roots/01.root.json",
            "approvals/.json",
            "approvals/a/b.json",
            "approvals/Ada.json",
            "approvals/..json",
            "transcript/run.sh",
            "policy.json ",
            "policy.jsonx",
            "./policy.json",
            "notes.txt")) {
      byte[] tar = Tar.write(new TreeMap<>(Map.of(name, new byte[1])));
      refused(Refusal.BUNDLE_NAME, () -> read(tar));
    }
  }

  @Test
  void aFileTwiceIsRefused() {
    byte[] once = Tar.write(new TreeMap<>(Map.of("policy.json", new byte[1])));
    byte[] twice = Arrays.copyOf(once, 1024 + once.length);
    System.arraycopy(once, 0, twice, 1024, once.length);
    refused(Refusal.BUNDLE_DOUBLED, () -> read(twice));
  }

  @Test
  void sizesAreBounded() {
    SortedMap<String, byte[]> files = files();
    files.put("roots/2.root.json", new byte[Tar.MAX_FILE_BYTES]);
    read(written(files));
    files.put("roots/2.root.json", new byte[Tar.MAX_FILE_BYTES + 1]);
    refused(Refusal.BUNDLE_TOO_LARGE, () -> written(files));
    refused(Refusal.BUNDLE_TOO_LARGE, () -> read(new byte[Tar.MAX_BYTES + 1]));
    SortedMap<String, byte[]> many = new TreeMap<>();
    for (int i = 1; i < Tar.MAX_FILES; i++) {
      many.put("roots/" + i + ".root.json", new byte[0]);
    }
    read(written(many));
    many.put("roots/9999.root.json", new byte[0]);
    refused(Refusal.BUNDLE_TOO_LARGE, () -> written(many));
  }

  @Test
  void anotherFormOfTheSameArchiveIsRefused() {
    byte[] tar = written(files());
    byte[] longer = Arrays.copyOf(tar, tar.length + 512);
    refused(Refusal.BUNDLE_FORM, () -> read(longer));
    byte[] cut = Arrays.copyOf(tar, tar.length - 512);
    refused(Refusal.BUNDLE_FORM, () -> read(cut));
    byte[] early = Arrays.copyOf(tar, 600);
    refused(Refusal.BUNDLE_FORM, () -> read(early));
    byte[] dated = tar.clone();
    dated[146] = '1'; // mtime 1
    refused(Refusal.BUNDLE_FORM, () -> read(dated));
    byte[] link = tar.clone();
    link[156] = '2'; // a symbolic link
    refused(Refusal.BUNDLE_FORM, () -> read(link));
    byte[] padded = tar.clone();
    padded[tar.length - 1025] = 1; // behind the last file's end
    refused(Refusal.BUNDLE_FORM, () -> read(padded));
    refused(Refusal.BUNDLE_MISSING, () -> read(new byte[1024]));
    refused(Refusal.BUNDLE_FORM, () -> read(new byte[0]));
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] tar = written(new TreeMap<>(Map.of("policy.json", new byte[] {'{', '}'})));
    read(tar);
    for (int at = 0; at < tar.length; at++) {
      byte[] flipped = tar.clone();
      flipped[at] ^= 4;
      assertThrows(RefusedException.class, () -> read(flipped), "byte " + at);
    }
  }
}
