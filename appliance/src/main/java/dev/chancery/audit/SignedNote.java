package dev.chancery.audit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text with signatures below it, as C2SP signed-note writes it.
 *
 * @param text ends with a line feed
 * @param signatures one or more
 */
public record SignedNote(String text, List<SignedNote.Signature> signatures) {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_SIGNATURES = 100;
  private static final String START = "\u2014 ";
  private static final int MIN_SIGNATURE_BYTES = 5;

  /**
   * A line below the text.
   *
   * @param name the key's
   * @param bytes the four bytes of the key's id, and the signature
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared or changed outside this package
  public record Signature(String name, byte[] bytes) {
    public Signature {
      checkName(name);
      if (bytes.length < MIN_SIGNATURE_BYTES) {
        throw new AuditException("a signature of a note has five bytes or more");
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Signature that
          && name.equals(that.name)
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, Arrays.hashCode(bytes));
    }

    @Override
    public String toString() {
      return START + name + " " + Base64.getEncoder().encodeToString(bytes);
    }
  }

  public SignedNote {
    signatures = List.copyOf(signatures);
    checkText(text);
    if (!text.endsWith("\n")) {
      throw new AuditException("the text of a note ends with a line feed");
    }
    if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
      throw new AuditException("a note has 1 to " + MAX_SIGNATURES + " signatures");
    }
  }

  /**
   * Reads a note; whether a signature is good is another question.
   *
   * @throws AuditException if it is not exactly a note
   */
  public static SignedNote parse(byte[] note) {
    if (note.length > MAX_BYTES) {
      throw new AuditException("a note has at most " + MAX_BYTES + " bytes");
    }
    String all = utf8(note);
    int blank = all.lastIndexOf("\n\n");
    if (blank < 0 || !all.endsWith("\n")) {
      throw new AuditException("a note is text, an empty line and lines of signatures");
    }
    List<Signature> signatures = new ArrayList<>();
    String below = all.substring(blank + 2);
    if (!below.isEmpty()) {
      for (String line : below.substring(0, below.length() - 1).split("\n", -1)) {
        signatures.add(signature(line));
      }
    }
    return new SignedNote(all.substring(0, blank + 1), signatures);
  }

  private static Signature signature(String line) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(START) || space <= START.length()) {
      throw new AuditException("a line of a signature is a dash, a key's name and base64");
    }
    return new Signature(line.substring(START.length(), space), base64(line.substring(space + 1)));
  }

  /** The note's bytes. */
  public byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    StringBuilder note = new StringBuilder(text).append('\n');
    signatures.forEach(line -> note.append(line).append('\n'));
    return note.toString();
  }

  static String checkName(String name) {
    boolean fits =
        !name.isEmpty()
            && name.codePoints()
                .noneMatch(c -> c == '+' || Character.isSpaceChar(c) || Character.isWhitespace(c));
    checkText(name);
    if (!fits) {
      throw new AuditException("the name of a note's key is not empty and has no space and no +");
    }
    return name;
  }

  private static void checkText(String text) {
    if (text.codePoints().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new AuditException("a note has no control character but the line feed");
    }
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AuditException("the bytes are not UTF-8", e);
    }
  }

  /** Decodes standard base64 of the one form that encodes these bytes. */
  static byte[] base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new AuditException("not base64 with padding", e);
    }
    throw new AuditException("base64 whose last bits are not zero");
  }
}
