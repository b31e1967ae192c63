package dev.chancery.cli.init;

import java.security.SecureRandom;

/** PINs that nobody has to remember. */
final class Pins {
  /** 32 characters that are hard to mistake for one another. */
  private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  /** 16 characters of 5 bits: beyond guessing, and short enough for the tokens we know. */
  private static final int LENGTH = 16;

  private Pins() {}

  static String random(SecureRandom random) {
    StringBuilder pin = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      pin.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return pin.toString();
  }
}
