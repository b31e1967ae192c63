package dev.chancery.hsm;

import java.util.Map;

/**
 * What a token's return code means to the people around it, and what they may do next (CEREMONY
 * P-6). Names are PKCS#11's and those words of our own that {@link TokenException} carries.
 *
 * @param meaning a sentence
 * @param next a sentence: the next allowed action
 */
public record TokenAdvice(String meaning, String next) {
  private static final Map<String, TokenAdvice> KNOWN =
      Map.ofEntries(
          entry(
              "CKR_PIN_INCORRECT",
              "The token did not take the PIN, and counted the try.",
              "Do not try again: compare the share set with this token's serial number first."),
          entry(
              "CKR_PIN_LOCKED",
              "The token takes no PIN any more, after too many wrong ones.",
              "The security officer's shares can set a new user PIN; the keys are not lost."),
          entry(
              "CKR_PIN_EXPIRED",
              "The token wants a new PIN before it does anything.",
              "Divide a new PIN: re-seal the token."),
          entry(
              "CKR_PIN_LEN_RANGE",
              "The token does not take PINs of 32 characters.",
              "Use a token that does; a shorter PIN would not be random enough."),
          entry(
              "CKR_USER_NOT_LOGGED_IN",
              "The token wants a login, or a touch that did not come in time.",
              "Touch the token when it blinks and repeat the step; else bring the shares again."),
          entry(
              "CKR_USER_ALREADY_LOGGED_IN",
              "Something else in this process is logged in to the root token.",
              "End it; the root token is opened by one ceremony at a time."),
          entry(
              "CKR_DEVICE_REMOVED",
              "The token was pulled out.",
              "Put it back and bring the shares again; nothing is lost, the same signature can be asked for again."),
          entry(
              "CKR_TOKEN_NOT_PRESENT",
              "There is no token in the slot.",
              "Put it back and bring the shares again."),
          entry(
              "CKR_DEVICE_ERROR",
              "The token, or the line to it, failed.",
              "Look at the token and its connection, then bring the shares again."),
          entry(
              "CKR_GENERAL_ERROR",
              "The token failed and does not say why.",
              "Look at the token, then bring the shares again; restart the process if it lasts."),
          entry(
              "CKR_KEY_HANDLE_INVALID",
              "The key is not where it was a moment ago.",
              "Look whether the token was exchanged, then bring the shares again."),
          entry(
              "CKR_SESSION_HANDLE_INVALID",
              "The token ended the session.",
              "Bring the shares again."),
          entry(
              "TOKEN_NOT_FOUND",
              "No token has this label and serial number.",
              "Put the root token in; compare the serial number on it with the script's."),
          entry(
              "TOKEN_AMBIGUOUS",
              "Two tokens carry the root token's label.",
              "Take out the one that does not belong here."),
          entry(
              "TOKEN_IS_ONLINE",
              "The appliance signs with this token every day.",
              "Use another token for roots: it stays closed between ceremonies."),
          entry(
              "ROOT_TOKEN_OPEN",
              "The root token is open already.",
              "End the ceremony that has it open; one at a time."),
          entry(
              "ROOT_TOKEN_CLOSED",
              "The root token was closed: it was idle too long, failed, or the process is ending.",
              "Bring the shares again."),
          entry(
              "TIMEOUT",
              "The token did not answer in time.",
              "Look at the token, restart the process, and bring the shares again."),
          entry(
              "KEY_NOT_FOUND",
              "The token has no key of this id.",
              "Compare the token's serial number with the script's."),
          entry(
              "KEY_MISMATCH",
              "The token's key of this id is not the one in the root.",
              "Put in the token that the script names."),
          entry(
              "KEY_ATTRIBUTES",
              "The key could leave the token, or was not made in it.",
              "Do not use it for a root; make another one."),
          entry(
              "KEY_REMAINS",
              "The token still shows an object of the key that was to be destroyed.",
              "Record an exception; the key is not destroyed."),
          entry(
              "SIGNATURE",
              "The signature does not verify under the key in the root.",
              "Keep the token for examination; do not publish anything."));

  private static Map.Entry<String, TokenAdvice> entry(String code, String meaning, String next) {
    return Map.entry(code, new TokenAdvice(meaning, next));
  }

  /** The advice for {@link TokenException#ckr}; also for codes that are not expected here. */
  public static TokenAdvice of(String ckr) {
    TokenAdvice known = KNOWN.get(ckr);
    return known != null
        ? known
        : new TokenAdvice(
            "The token answered " + ckr + ".",
            "Bring the shares again; if it lasts, look the code up with the token's maker.");
  }
}
