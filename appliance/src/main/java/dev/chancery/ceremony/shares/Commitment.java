package dev.chancery.ceremony.shares;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A salted slow hash of a secret: shows later whether something is that secret, and nothing else.
 *
 * @param salt 32 lower-case hexadecimal digits
 * @param hash 64 of them
 */
public record Commitment(String salt, String hash) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  public Commitment {
    boolean salted = salt.length() == 2 * SlowHash.SALT_BYTES && HEX.matcher(salt).matches();
    boolean hashed = hash.length() == 2 * SlowHash.HASH_BYTES && HEX.matcher(hash).matches();
    if (!salted || !hashed) {
      throw new IllegalArgumentException("a commitment is 16 bytes of salt and 32 of hash, in hex");
    }
  }

  static Commitment to(byte[] secret, byte[] context, SlowHash slowHash, SecureRandom random) {
    byte[] salt = SlowHash.newSalt(random);
    HexFormat hex = HexFormat.of();
    return new Commitment(hex.formatHex(salt), hex.formatHex(slowHash.of(secret, salt, context)));
  }

  boolean fits(byte[] secret, byte[] context, SlowHash slowHash) {
    HexFormat hex = HexFormat.of();
    byte[] computed = slowHash.of(secret, hex.parseHex(salt), context);
    return MessageDigest.isEqual(computed, hex.parseHex(hash));
  }
}
