package dev.chancery.ceremony.shares;

/**
 * Base 32 with Crockford's alphabet: digits and capitals without I, L, O and U. What is easily
 * mistaken for one another reads as the same: o as 0, i and l as 1, small letters as capitals.
 */
final class Base32 {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int BITS = 5;

  private Base32() {}

  /** The character of a value from 0 to 31. */
  static char character(int value) {
    return ALPHABET.charAt(value);
  }

  /** The value of a character, or -1 if it is none of the alphabet. */
  static int value(char character) {
    char upper = Character.toUpperCase(character);
    return switch (upper) {
      case 'O' -> 0;
      case 'I', 'L' -> 1;
      default -> ALPHABET.indexOf(upper);
    };
  }

  /** {@code bytes} in characters, 8 for every 5 bytes; their number must be a multiple of 5. */
  static char[] encode(byte[] bytes) {
    if (bytes.length % BITS != 0) {
      throw new IllegalArgumentException("not a multiple of 5 bytes");
    }
    char[] characters = new char[bytes.length / BITS * 8];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = character(bits(bytes, i * BITS));
    }
    return characters;
  }

  /** Five bits from {@code at} on, which the next byte may end. */
  private static int bits(byte[] bytes, int at) {
    int first = bytes[at / 8] & 0xFF;
    int second = at / 8 + 1 < bytes.length ? bytes[at / 8 + 1] & 0xFF : 0;
    return ((first << 8 | second) >> (11 - at % 8)) & 31;
  }

  /** The bytes that {@code values} of five bits each stand for. */
  static byte[] decode(byte[] values) {
    byte[] bytes = new byte[values.length * BITS / 8];
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      int value = values[bit / BITS] >> (BITS - 1 - bit % BITS) & 1;
      bytes[bit / 8] |= (byte) (value << (7 - bit % 8));
    }
    return bytes;
  }
}
