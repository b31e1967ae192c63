package dev.chancery.hsm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes a token ready for use: label, security officer's PIN and user's PIN. */
public final class TokenInitializer {
  private static final int MAX_LABEL_BYTES = 32;

  private TokenInitializer() {}

  /**
   * Initialises the first uninitialised token of {@code module}; one that is in use is never
   * touched. The PINs stay the caller's to close.
   *
   * @param label 1 to 32 bytes in UTF-8, used by no token of the module, without spaces at its ends
   * @return the new token's label and the serial number it has from now on
   * @throws TokenException {@code LABEL_IN_USE}; {@code NO_FREE_TOKEN} if every token is already
   *     initialised; or with the CKR name
   */
  public static synchronized TokenIdentity init(Path module, String label, Pin soPin, Pin userPin) {
    int bytes = label.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_LABEL_BYTES || !label.strip().equals(label)) {
      throw new IllegalArgumentException(
          "a token label is 1 to 32 bytes without spaces at its ends, not \"" + label + "\"");
    }
    Cryptoki cryptoki = Cryptoki.load(module);
    TokenInfo free = freeToken(cryptoki, label);
    cryptoki.initToken(free.slot(), soPin, label);
    // A module may give the initialised token another slot, so it is looked up again.
    TokenInfo made = Slots.find(cryptoki, label, Optional.empty());
    long session = cryptoki.openSession(made.slot());
    try {
      cryptoki.login(session, Cryptoki.SO, soPin);
      cryptoki.initPin(session, userPin);
      cryptoki.logout(session);
    } finally {
      cryptoki.closeSession(session);
    }
    return made.identity();
  }

  /**
   * Changes the user's PIN with one C_SetPIN. A token that this process has open stays open, but
   * has to be closed before it can be opened with the new PIN.
   *
   * @throws TokenException {@code TOKEN_NOT_FOUND}; {@code CKR_PIN_INCORRECT}, which counts as a
   *     try; {@code CKR_PIN_LEN_RANGE}; or with another CKR name
   */
  public static void changeUserPin(Path module, TokenIdentity token, Pin oldPin, Pin newPin) {
    Cryptoki cryptoki = Cryptoki.load(module);
    long slot = Slots.find(cryptoki, token.label(), Optional.of(token.serial())).slot();
    long session = cryptoki.openSession(slot);
    try {
      cryptoki.setPin(session, oldPin, newPin);
    } finally {
      cryptoki.closeSession(session);
    }
  }

  private static TokenInfo freeToken(Cryptoki cryptoki, String label) {
    List<TokenInfo> tokens = Slots.tokens(cryptoki, unreadable -> {});
    for (TokenInfo token : tokens) {
      if (token.initialized() && token.identity().label().equals(label)) {
        throw new TokenException("LABEL_IN_USE", "there is a token \"" + label + "\" already");
      }
    }
    return tokens.stream()
        .filter(token -> !token.initialized())
        .findFirst()
        .orElseThrow(
            () -> new TokenException("NO_FREE_TOKEN", "every token is already initialised"));
  }
}
