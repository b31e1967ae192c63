package dev.chancery.metadata;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 with one text for each value. */
final class Base64s {
  private Base64s() {}

  /**
   * The bytes whose standard base64 with padding is exactly {@code text}, or {@code null}. Java's
   * decoder alone also takes missing padding and stray bits in the last character.
   */
  static byte @Nullable [] decode(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
