package dev.chancery.ceremony.shares;

import java.util.Arrays;
import java.util.Optional;

/** Whose PIN is divided. */
public enum Purpose {
  /** CKU_USER, who signs. */
  USER(0, "user PIN"),
  /** CKU_SO, who can set a new user PIN; its shares have other holders. */
  SECURITY_OFFICER(1, "security officer's PIN");

  private final int number;
  private final String words;

  Purpose(int number, String words) {
    this.number = number;
    this.words = words;
  }

  /** In the envelope: 4 bits. */
  int number() {
    return number;
  }

  static Optional<Purpose> of(int number) {
    return Arrays.stream(values()).filter(purpose -> purpose.number == number).findFirst();
  }

  /** For people. */
  public String words() {
    return words;
  }
}
