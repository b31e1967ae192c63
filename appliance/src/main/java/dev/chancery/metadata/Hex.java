package dev.chancery.metadata;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Hexadecimal digits, lower case, with one text for each value. */
final class Hex {
  private static final HexFormat HEX = HexFormat.of();

  private Hex() {}

  /** The bytes whose digits are exactly {@code text}, or {@code null}. */
  static byte @Nullable [] decode(String text) {
    return isHex(text) ? HEX.parseHex(text) : null;
  }

  /** Whether {@code text} is the digits of some bytes, of none too. */
  static boolean isHex(String text) {
    return text.length() % 2 == 0
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  static String encode(byte[] bytes) {
    return HEX.formatHex(bytes);
  }
}
