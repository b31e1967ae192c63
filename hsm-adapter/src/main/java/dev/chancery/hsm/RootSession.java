package dev.chancery.hsm;

import dev.chancery.hsm.KeyReader.StoredKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The root token while it is open. All steps run one after another on one thread, which is also the
 * one that closes: after the time it may stay unused, after the first failure of the token, and
 * when the process is told to end. Closed means C_Logout and C_CloseAllSessions (CEREMONY P-3).
 */
public final class RootSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RootSession.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Cryptoki cryptoki;
  private final TokenInfo token;
  private final KeyReader reader;
  private final KeyMaker maker;
  private final Duration idle;
  private final Duration deadline;
  private final Runnable onClosed;
  private final ScheduledThreadPoolExecutor thread;
  private final Thread atExit;
  private long session;
  private @Nullable Future<?> idleEnd;
  private volatile boolean closed;

  private RootSession(
      Cryptoki cryptoki, TokenInfo token, Duration idle, Duration deadline, Runnable onClosed) {
    this.cryptoki = cryptoki;
    this.token = token;
    this.reader = new KeyReader(cryptoki);
    this.maker = new KeyMaker(cryptoki, token.slot(), reader, () -> {});
    this.idle = idle;
    this.deadline = deadline;
    this.onClosed = onClosed;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("root-token").factory());
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.atExit = new Thread(this::close, "root-token-at-exit");
  }

  static RootSession open(
      Cryptoki cryptoki,
      TokenInfo token,
      Pin pin,
      Duration idle,
      Duration deadline,
      Runnable onClosed) {
    RootSession opened = new RootSession(cryptoki, token, idle, deadline, onClosed);
    Runtime.getRuntime().addShutdownHook(opened.atExit);
    try (Pin own = pin.copy()) {
      opened.call(
          () -> {
            opened.session = cryptoki.openSession(token.slot());
            cryptoki.login(opened.session, Cryptoki.USER, own);
            return true;
          });
    }
    log.info("root token {} serial {}: open", token.identity().label(), token.identity().serial());
    return opened;
  }

  /** Label and serial number. */
  public TokenIdentity identity() {
    return token.identity();
  }

  /** Whether it still is open. */
  public boolean isOpen() {
    return !closed;
  }

  /**
   * Makes a key pair as CEREMONY P-5 and K-2 want it: inside the token, never to leave it, for
   * signing only.
   *
   * @param id CKA_ID and CKA_LABEL: 1 to 64 characters of A-Z a-z 0-9 . _ -, unused
   * @throws TokenException {@code ID_IN_USE}; {@code CKR_MECHANISM_INVALID} if the token has no
   *     such keys; or with the CKR name
   */
  public TokenKey generate(KeySpec spec, String id) {
    KeyReader.checkId(id);
    return call(
        () -> {
          if (!SpecMechanisms.supported(cryptoki.mechanisms(token.slot())).contains(spec)) {
            throw new TokenException("CKR_MECHANISM_INVALID", "the token has no " + spec + " keys");
          }
          if (reader.used(session, id)) {
            throw new TokenException("ID_IN_USE", "the token has an object \"" + id + "\"");
          }
          return maker.make(session, spec, id).key();
        });
  }

  /** All keys that may be used for roots, by CKA_ID: those made in the token. */
  public List<TokenKey> keys() {
    return call(
        () ->
            reader.all(session).stream()
                .map(StoredKey::key)
                .filter(TokenKey::isMadeInToken)
                .toList());
  }

  /**
   * Signs, if the key is the one in the root and is as P-5 wants it, and verifies the signature
   * with the key in the root before giving it out.
   *
   * @param id CKA_ID
   * @param subjectPublicKeyInfo DER, from the root document and not from the token
   * @return the signature in PKCS#11 form (ECDSA: r and s, 32 bytes each)
   * @throws TokenException {@code KEY_NOT_FOUND}; {@code KEY_ATTRIBUTES}; {@code KEY_MISMATCH} if
   *     the token's key of this id is another one; {@code SIGNATURE} if it does not verify; or with
   *     the CKR name
   */
  public byte[] sign(String id, byte[] message, byte[] subjectPublicKeyInfo) {
    KeyReader.checkId(id);
    byte[] copy = message.clone();
    byte[] expected = subjectPublicKeyInfo.clone();
    return call(() -> signNow(id, copy, expected));
  }

  private byte[] signNow(String id, byte[] message, byte[] expected) {
    StoredKey stored = checked(id);
    if (!Arrays.equals(stored.key().subjectPublicKeyInfo(), expected)) {
      throw new TokenException(
          "KEY_MISMATCH", "the token's key \"" + id + "\" is not the one in the root");
    }
    KeySpec spec = stored.key().spec();
    byte[] signature =
        cryptoki.sign(
            session,
            SpecMechanisms.signing(spec),
            stored.handle(),
            SpecMechanisms.signingInput(spec, message),
            () -> {});
    RootSignatureCheck.check(
        spec, SubjectPublicKeyInfo.getInstance(expected), message, signature.clone());
    return signature;
  }

  private StoredKey checked(String id) {
    StoredKey stored =
        reader
            .one(session, id)
            .orElseThrow(
                () -> new TokenException("KEY_NOT_FOUND", "the token has no key \"" + id + "\""));
    KeyAttributeCheck.check(id, stored.key().attributes());
    return stored;
  }

  /**
   * Gives the token a new user PIN, and proves it with a login before this returns: from then on
   * the shares of the old one are void (CEREMONY P-4).
   *
   * @param oldPin what the token was opened with; known to be right, since a wrong one counts
   * @throws TokenException {@code CKR_PIN_INCORRECT}, {@code CKR_PIN_LEN_RANGE} or another CKR name
   */
  public void reseal(Pin oldPin, Pin newPin) {
    try (Pin from = oldPin.copy();
        Pin to = newPin.copy()) {
      call(
          () -> {
            cryptoki.setPin(session, from, to);
            cryptoki.logout(session);
            cryptoki.login(session, Cryptoki.USER, to);
            return true;
          });
    }
  }

  /**
   * Destroys the private key of this id and whatever else carries the id, and looks that nothing is
   * left (CEREMONY K-1).
   *
   * @return how many objects were destroyed
   * @throws TokenException {@code KEY_NOT_FOUND}; {@code KEY_REMAINS} if the token still shows one;
   *     or with the CKR name
   */
  public int destroy(String id) {
    KeyReader.checkId(id);
    return call(
        () -> {
          Template named = new Template().with(Cka.CKA_ID, id);
          long[] objects = cryptoki.find(session, named);
          if (objects.length == 0) {
            throw new TokenException("KEY_NOT_FOUND", "the token has no key \"" + id + "\"");
          }
          for (long object : objects) {
            cryptoki.destroyObject(session, object);
          }
          int left = cryptoki.find(session, named).length;
          if (left > 0) {
            throw new TokenException("KEY_REMAINS", left + " objects \"" + id + "\" are left");
          }
          return objects.length;
        });
  }

  /** Runs one step on the session's thread; the first failure closes the token. */
  private <T> T call(Callable<T> step) {
    Future<T> answer;
    try {
      answer =
          thread.submit(
              () -> {
                stopIdling();
                if (closed) {
                  throw closedException();
                }
                T result = step.call();
                startIdling();
                return result;
              });
    } catch (RejectedExecutionException e) {
      throw closedException();
    }
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new TokenException("KEY_INCOMPLETE", "the step could not be completed", e.getCause());
    } catch (TimeoutException e) {
      close();
      throw new TokenException("TIMEOUT", "the root token did not answer within " + deadline, e);
    } catch (CancellationException e) {
      throw closedException();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new TokenException("TIMEOUT", "interrupted while the root token was at work", e);
    }
  }

  private static TokenException closedException() {
    return new TokenException("ROOT_TOKEN_CLOSED", "the root token was closed");
  }

  private void startIdling() {
    idleEnd = thread.schedule(this::endIdle, idle.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopIdling() {
    Future<?> scheduled = idleEnd;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  private void endIdle() {
    log.warn("root token {}: unused for {}, closing", identity().label(), idle);
    closeNow();
  }

  /** On the session's thread. */
  private synchronized void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    thread.shutdown();
    try {
      cryptoki.logout(session);
    } catch (TokenException e) {
      log.info("root token: logging out: {}", e.getMessage());
    }
    try {
      cryptoki.closeAllSessions(token.slot());
    } catch (TokenException e) {
      log.info("root token: closing sessions: {}", e.getMessage());
    }
    log.info("root token {}: closed", identity().label());
    onClosed.run();
    forgetExit();
  }

  private void forgetExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      log.debug("the process is ending");
    }
  }

  /**
   * Logs out and closes all sessions of the token, after the step that is being done. Waits up to
   * 10 s for a token that hangs; nothing more is done with it then.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      thread.submit(this::closeNow).get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException | CancellationException e) {
      log.debug("closed meanwhile");
    } catch (ExecutionException e) {
      log.error("root token: closing", e.getCause());
    } catch (TimeoutException e) {
      log.error("root token {}: it hangs; end this process", identity().label());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "RootSession[" + identity() + (closed ? ", closed]" : ", open]");
  }
}
