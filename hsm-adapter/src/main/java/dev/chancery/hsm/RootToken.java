package dev.chancery.hsm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The token with the root keys: another one than the appliance signs with every day, and closed.
 * Nobody is logged in and no session exists, except between {@link #open} and the end of the
 * session it gives (CEREMONY S-2, P-1, P-3). In one process one root token is open at a time.
 */
public final class RootToken {
  private static final AtomicBoolean OPEN = new AtomicBoolean();

  private final Path module;
  private final TokenIdentity identity;

  private RootToken(Path module, TokenIdentity identity) {
    this.module = module;
    this.identity = identity;
  }

  /**
   * Finds the token; does not log in.
   *
   * @param online the tokens that the appliance has open all the time
   * @throws TokenException {@code TOKEN_NOT_FOUND}; {@code TOKEN_AMBIGUOUS} if two tokens of the
   *     module carry the label, whatever their serial numbers; {@code TOKEN_IS_ONLINE}; {@code
   *     MODULE_NOT_LOADED}
   */
  public static RootToken find(
      Path module, String label, String serial, Collection<TokenIdentity> online) {
    Cryptoki cryptoki = Cryptoki.load(module);
    // By its label alone first: people tell tokens apart by what is written on them.
    Slots.find(cryptoki, label, Optional.empty());
    TokenIdentity found = Slots.find(cryptoki, label, Optional.of(serial)).identity();
    if (online.contains(found)) {
      throw new TokenException(
          "TOKEN_IS_ONLINE", "token \"" + label + "\", serial " + serial + ", is the online token");
    }
    return new RootToken(module, found);
  }

  /**
   * Initialises the first uninitialised token of {@code module}; the PINs stay the caller's to
   * close, and should be random and divided.
   *
   * @throws TokenException as {@link TokenInitializer#init}
   */
  public static RootToken initialise(Path module, String label, Pin soPin, Pin userPin) {
    return new RootToken(module, TokenInitializer.init(module, label, soPin, userPin));
  }

  /** Label and serial number. */
  public TokenIdentity identity() {
    return identity;
  }

  /**
   * What the token says of itself now, without a login: flags such as CKF_USER_PIN_LOCKED or
   * CKF_USER_PIN_COUNT_LOW.
   *
   * @throws TokenException {@code TOKEN_NOT_FOUND} and others if it is away
   */
  public TokenInfo status() {
    Cryptoki cryptoki = Cryptoki.load(module);
    return Slots.find(cryptoki, identity.label(), Optional.of(identity.serial()));
  }

  /**
   * Logs in with one C_Login. The session ends with {@link RootSession#close}, after {@code idle}
   * without use, with the first failure of the token, and when the process is told to end.
   *
   * @param pin stays the caller's to close; known to be right, since a wrong one counts
   * @param idle how long it may stay unused (CEREMONY A-4)
   * @param deadline how long the token may take for one step
   * @throws TokenException {@code ROOT_TOKEN_OPEN}; {@code CKR_PIN_LOCKED} without a try if the
   *     token says so; {@code TOKEN_NOT_FOUND}; or with the CKR name, such as {@code
   *     CKR_PIN_INCORRECT}
   */
  public RootSession open(Pin pin, Duration idle, Duration deadline) {
    if (!OPEN.compareAndSet(false, true)) {
      throw new TokenException("ROOT_TOKEN_OPEN", "a root token is open in this process");
    }
    try {
      TokenInfo now = status();
      if (now.flagNames().contains("CKF_USER_PIN_LOCKED")) {
        throw new TokenException("CKR_PIN_LOCKED", "the token says so; no PIN was tried");
      }
      Cryptoki cryptoki = Cryptoki.load(module);
      return RootSession.open(cryptoki, now, pin, idle, deadline, () -> OPEN.set(false));
    } catch (RuntimeException e) {
      OPEN.set(false);
      throw e;
    }
  }

  @Override
  public String toString() {
    return "RootToken[" + identity + "]";
  }
}
