package dev.chancery.audit;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.crypto.EcdsaSignatures;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A key that signs notes (C2SP signed-note): a name, and Ed25519 (type 0x01) or ECDSA on P-256
 * (type 0x02, as transparency-dev and Rekor have it: over SHA-256, in DER).
 *
 * <p>Its id is the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ 32 key bytes), for ECDSA of the
 * SHA-256 of the DER SubjectPublicKeyInfo. A witness of C2SP reads Ed25519 alone.
 */
public final class NoteKey {
  private static final byte ED25519 = 1;
  private static final byte ECDSA = 2;

  /** What stands before the 32 bytes in an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] ED25519_SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ID_BYTES = 4;

  private final String name;
  private final VerificationKey key;
  private final byte[] typeAndKey;
  private final byte[] id;

  private NoteKey(String name, VerificationKey key) {
    this.name = SignedNote.checkName(name);
    this.key = key;
    byte[] spki = key.subjectPublicKeyInfo();
    if (key.algorithm() == Algorithm.ED25519) {
      byte[] bare = Arrays.copyOfRange(spki, ED25519_SPKI.length, spki.length);
      typeAndKey = join(new byte[] {ED25519}, bare);
      id = start(join((name + "\n").getBytes(StandardCharsets.UTF_8), typeAndKey));
    } else if (key.algorithm() == Algorithm.ECDSA) {
      typeAndKey = join(new byte[] {ECDSA}, spki);
      id = start(spki);
    } else {
      throw new AuditException("notes are signed with Ed25519 or ECDSA P-256, not with RSA");
    }
  }

  /**
   * A key by its parts.
   *
   * @param subjectPublicKeyInfo DER
   * @throws AuditException if it is not a key of this algorithm, or the name is none
   */
  public static NoteKey of(String name, Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    try {
      return new NoteKey(name, VerificationKey.parse(algorithm, subjectPublicKeyInfo));
    } catch (IllegalArgumentException e) {
      throw new AuditException("the key is not usable: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a verifier key as {@link #vkey} writes it.
   *
   * @throws AuditException if it is not one, or its id is not that of its name and key
   */
  public static NoteKey parseVkey(String text) {
    List<String> parts = List.of(text.split("\\+", 3));
    if (parts.size() != 3) {
      throw new AuditException("a verifier key is NAME+ID+KEY");
    }
    byte[] typed = SignedNote.base64(parts.get(2));
    if (typed.length < 2) {
      throw new AuditException("the key in a verifier key is too short");
    }
    byte[] bare = Arrays.copyOfRange(typed, 1, typed.length);
    NoteKey read =
        switch (typed[0]) {
          case ED25519 -> of(parts.getFirst(), Algorithm.ED25519, join(ED25519_SPKI, bare));
          case ECDSA -> of(parts.getFirst(), Algorithm.ECDSA, bare);
          default -> throw new AuditException("a verifier key of unknown type " + typed[0]);
        };
    if (!read.vkey().equals(text)) {
      throw new AuditException("the id of the verifier key is not that of its name and key");
    }
    return read;
  }

  /** {@code NAME+ID+KEY}: eight hexadecimal digits; base64 of the type's byte and the key. */
  public String vkey() {
    return name
        + "+"
        + HexFormat.of().formatHex(id)
        + "+"
        + Base64.getEncoder().encodeToString(typeAndKey);
  }

  /** Who signs. */
  public String name() {
    return name;
  }

  /** How it signs. */
  public Algorithm algorithm() {
    return key.algorithm();
  }

  /** The key itself. */
  public VerificationKey key() {
    return key;
  }

  /** The SHA-256 of the DER SubjectPublicKeyInfo: how ledger rows name it. */
  public Sha256 fingerprint() {
    return Sha256.of(key.subjectPublicKeyInfo());
  }

  /** The line for {@code signature}, which this key made of the note's text. */
  SignedNote.Signature line(RawSignature signature) {
    byte[] form =
        key.algorithm() == Algorithm.ECDSA ? EcdsaSignatures.toDer(signature) : signature.bytes();
    return new SignedNote.Signature(name, join(id, form));
  }

  /** Whether {@code signature} is this key's for {@code text}. */
  public boolean verifies(String text, RawSignature signature) {
    return key.verify(text.getBytes(StandardCharsets.UTF_8), signature);
  }

  /** Whether {@code line} says that it is of this key. */
  boolean names(SignedNote.Signature line) {
    return line.name().equals(name) && Arrays.equals(line.bytes(), 0, ID_BYTES, id, 0, ID_BYTES);
  }

  /**
   * The signature in a line of this key.
   *
   * @throws AuditException if it has no such form
   */
  RawSignature signature(SignedNote.Signature line) {
    byte[] form = Arrays.copyOfRange(line.bytes(), ID_BYTES, line.bytes().length);
    try {
      return key.algorithm() == Algorithm.ECDSA
          ? EcdsaSignatures.fromDer(form)
          : new RawSignature(form);
    } catch (IllegalArgumentException e) {
      throw new AuditException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return vkey();
  }

  private static byte[] start(byte[] hashed) {
    return Arrays.copyOf(Sha256.of(hashed).bytes(), ID_BYTES);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
