package dev.chancery.hsm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what SunPKCS11 throws into {@link TokenException}. Its own exception class is not exported,
 * so the CKR name is read from the messages, where it stands.
 */
final class SunPkcs11Errors {
  private static final Pattern CKR = Pattern.compile("\\bCKR_[A-Za-z0-9_]+");

  private SunPkcs11Errors() {}

  static TokenException of(String what, Exception e) {
    return new TokenException(ckr(e), what + " through SunPKCS11 failed", e);
  }

  private static String ckr(Throwable e) {
    int depth = 0;
    for (@Nullable Throwable at = e; at != null && depth < 16; at = at.getCause(), depth++) {
      String message = at.getMessage() == null ? "" : at.getMessage();
      Matcher found = CKR.matcher(message);
      if (found.find()) {
        return found.group();
      }
      if (message.startsWith("Token has been removed")) {
        return "CKR_DEVICE_REMOVED";
      }
    }
    return "CKR_FUNCTION_FAILED";
  }
}
