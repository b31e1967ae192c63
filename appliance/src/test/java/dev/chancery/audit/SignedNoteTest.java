package dev.chancery.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the values that Go's {@code golang.org/x/mod/sumdb/note} (its {@code note_test.go}) and
 * transparency-dev/formats ({@code note/note_verifier_test.go}: Rekor, Pixel) publish.
 */
class SignedNoteTest {
  private static final String NEUMANN =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  private static final String NEUMANN_NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;
  private static final String REKOR =
      "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBc"
          + "K5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";
  private static final String REKOR_NOTE =
      """
      Rekor
      798034
      f+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=

      \u2014 rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=
      """;
  private static final String PIXEL =
      "pixel6_transparency_log+91c16e30+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN+4x0Jk1yTwvLFI9A4NDdGZ"
          + "cX0aiWVdWM5XJVy0M4VWD3AvyW5Q6Hs9A0mcDkpUoYgn+KKPNzFC0H3nN3q6JQ8=";
  private static final String PIXEL_NOTE =
      """
      DEFAULT
      10
      bsWRucJU5xJPHb5eBdOm6+DM+VelCZBuvtI3sHERJ9Y=

      \u2014 pixel6_transparency_log kcFuMDBFAiEAhqMAP8P6qf6QxtUJhzMhbN+MbZ9dwfUHzGQJmffJHtoCIGD0cNe47dHWBoPwYdgBCepB06/+g5O1FmYjXl06owL4
      """;

  private static SignedNote parse(String note) {
    return SignedNote.parse(note.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean verifies(String vkey, String note) {
    NoteKey key = NoteKey.parseVkey(vkey);
    SignedNote read = parse(note);
    SignedNote.Signature line = read.signatures().getFirst();
    return key.names(line) && key.verifies(read.text(), key.signature(line));
  }

  @Test
  void notesThatOthersSignedVerify() {
    assertTrue(verifies(NEUMANN, NEUMANN_NOTE));
    assertTrue(verifies(REKOR, REKOR_NOTE));
    assertTrue(verifies(PIXEL, PIXEL_NOTE));
  }

  @Test
  void aChangedTextOrAnotherKeyDoesNot() {
    assertFalse(verifies(NEUMANN, NEUMANN_NOTE.replace("crypto", "Crypto")));
    assertFalse(verifies(REKOR, REKOR_NOTE.replace("798034", "798035")));
    assertFalse(verifies(PIXEL, REKOR_NOTE), "the line is of another key");
  }

  @Test
  void notesAndKeysAreWrittenAsTheyWereRead() {
    for (String note : new String[] {NEUMANN_NOTE, REKOR_NOTE, PIXEL_NOTE}) {
      assertEquals(note, new String(parse(note).bytes(), StandardCharsets.UTF_8));
      assertEquals(parse(note), parse(note));
    }
    for (String vkey : new String[] {NEUMANN, REKOR, PIXEL}) {
      assertEquals(vkey, NoteKey.parseVkey(vkey).vkey());
    }
    assertEquals(Algorithm.ED25519, NoteKey.parseVkey(NEUMANN).algorithm());
    assertEquals(Algorithm.ECDSA, NoteKey.parseVkey(REKOR).algorithm());
    assertEquals("PeterNeumann", NoteKey.parseVkey(NEUMANN).name());
  }

  @Test
  void aSignatureGoesIntoALineAndOutOfIt() {
    for (String[] each : new String[][] {{NEUMANN, NEUMANN_NOTE}, {REKOR, REKOR_NOTE}}) {
      NoteKey key = NoteKey.parseVkey(each[0]);
      SignedNote.Signature line = parse(each[1]).signatures().getFirst();
      assertEquals(line, key.line(key.signature(line)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "rekor.sigstore.dev+12345678+AwEB",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
        "rekor.sigstore.dev+12345678+"
      })
  void whatIsNotAVerifierKeyIsRefused(String text) {
    assertThrows(AuditException.class, () -> NoteKey.parseVkey(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\u2014 name AAAAAAA=\n",
        "text\n\n\u2014 name AAAAAAA=",
        "text\n\n\u2014 name AAAAAAA=\n\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n\u2014 AAAAAAA=\n",
        "text\n\n\u2014 na me AAAAAAA=\n",
        "text\n\n\u2014 na+me AAAAAAA=\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n\u2014 name AAAAAAB=\n",
        "text\n\n\u2014 name AAAAAAA\n",
        "text\n\n\u2014 name  AAAAAAA=\n",
        "text\n\n\u2014 name AAAAAAA=\r\n",
        "te\u0000xt\n\n\u2014 name AAAAAAA=\n",
        "text\n\n\u2014 name AAAAAAA=\nmore\n"
      })
  void whatIsNotANoteIsRefused(String text) {
    assertThrows(AuditException.class, () -> parse(text));
  }

  @Test
  void theNearestThatIsANotePasses() {
    SignedNote note = parse("text\n\nmore\n\n\u2014 name AAAAAAA=\n\u2014 other AAAAAAA=\n");
    assertEquals("text\n\nmore\n", note.text());
    assertEquals(2, note.signatures().size());
  }

  @Test
  void bytesThatAreNotUtf8AreNoNote() {
    byte[] note = "t\u00fc\n\n\u2014 name AAAAAAA=\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThrows(AuditException.class, () -> SignedNote.parse(note));
  }
}
