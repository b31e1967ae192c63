package dev.chancery.hsm;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who of this process is logged in to which slot. PKCS#11 logs in a process, not a session (section
 * 2.4), hence two traps: a second C_Login answers CKR_USER_ALREADY_LOGGED_IN without looking at the
 * PIN, and a C_Logout by one user ends the sessions' rights of all. So the PIN that the token
 * itself accepted is remembered, as a keyed hash, and only the last one out logs out.
 */
final class Logins {
  @SuppressWarnings("ArrayRecordComponent") // private and never compared
  private record Login(byte[] pinHash, int users) {
    Login less() {
      return new Login(pinHash, users - 1);
    }
  }

  private final Cryptoki cryptoki;
  private final byte[] hashKey = new byte[32];
  private final Map<Long, Login> bySlot = new HashMap<>();

  Logins(Cryptoki cryptoki) {
    this.cryptoki = cryptoki;
    new SecureRandom().nextBytes(hashKey);
  }

  /**
   * One C_Login as the user, never a second one.
   *
   * @throws TokenException with the CKR name; {@code CKR_PIN_INCORRECT} also when this process is
   *     logged in already with another PIN; {@code CKR_USER_ALREADY_LOGGED_IN} when something that
   *     is not of this module logged the process in, so that nothing tells whether the PIN is right
   */
  synchronized void enter(long slot, long session, Pin pin) {
    byte[] hash = hash(pin);
    Login earlier = bySlot.get(slot);
    try {
      cryptoki.login(session, Cryptoki.USER, pin);
    } catch (TokenException e) {
      if (!e.ckr().equals(Ckr.name(Ckr.USER_ALREADY_LOGGED_IN))) {
        throw e;
      }
      checkAgainst(earlier, hash, e);
    }
    bySlot.put(slot, new Login(hash, earlier == null ? 1 : earlier.users() + 1));
  }

  private static void checkAgainst(@Nullable Login earlier, byte[] hash, TokenException cause) {
    if (earlier == null) {
      throw new TokenException(
          cause.ckr(),
          "something else in this process logged in, so the PIN is not checked",
          cause);
    }
    if (!MessageDigest.isEqual(earlier.pinHash(), hash)) {
      throw new TokenException(
          "CKR_PIN_INCORRECT", "not the PIN that this process is logged in with", cause);
    }
  }

  /** Ends one use; the last one logs out. */
  synchronized void leave(long slot, long session) {
    Login login = bySlot.computeIfPresent(slot, (same, before) -> before.less());
    if (login != null && login.users() <= 0) {
      cryptoki.logout(session);
      bySlot.remove(slot);
    }
  }

  /** Ends one use without touching the token, because a thread is stuck inside it. */
  synchronized void abandon(long slot) {
    bySlot.computeIfPresent(slot, (same, before) -> before.less());
  }

  private byte[] hash(Pin pin) {
    byte[] bytes = pin.bytes();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
