package dev.chancery.hsm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a token usable. When an answer shows that sessions, login or module are gone, or nothing
 * answers in time, the token is opened anew in the background and takes the old one's place once
 * its keys have been read and checked; meanwhile everything fails at once with {@code
 * TOKEN_RECOVERING}. No signature is ever tried again here, and after CKR_PIN_… nothing logs in
 * until {@link #resume}, because a real token locks.
 */
public final class TokenSupervisor implements SigningToken {
  private static final Logger log = LoggerFactory.getLogger(TokenSupervisor.class);
  private static final Duration PROBE_AFTER_TIMEOUT = Duration.ofSeconds(2);
  private static final int TIMEOUTS_TOLERATED = 8;

  private static final Set<String> BROKEN =
      Set.of(
          "CKR_CRYPTOKI_NOT_INITIALIZED",
          "CKR_DEVICE_ERROR",
          "CKR_DEVICE_MEMORY",
          "CKR_DEVICE_REMOVED",
          "CKR_FUNCTION_FAILED",
          "CKR_GENERAL_ERROR",
          "CKR_KEY_HANDLE_INVALID",
          "CKR_OBJECT_HANDLE_INVALID",
          "CKR_OPERATION_ACTIVE",
          "CKR_OPERATION_NOT_INITIALIZED",
          "CKR_SESSION_CLOSED",
          "CKR_SESSION_COUNT",
          "CKR_SESSION_HANDLE_INVALID",
          "CKR_SLOT_ID_INVALID",
          "CKR_TOKEN_NOT_PRESENT",
          "CKR_TOKEN_NOT_RECOGNIZED",
          "CKR_USER_NOT_LOGGED_IN");

  private final TokenIdentity identity;
  private final TokenRecovery recovery;
  private final LongAdder signCalls;
  private final AtomicInteger timeouts = new AtomicInteger();
  private volatile Set<KeySpec> supported = Set.of();

  // Both are written under this object's lock.
  private volatile @Nullable SigningToken current;
  private volatile TokenException away;
  private volatile boolean closed;

  /**
   * Opens the token; if it does not answer, goes on trying in the background.
   *
   * @param config with the serial, so that no other token can ever take this one's place
   * @param pin read anew for each login
   * @throws TokenException at once where waiting would not help: wrong PIN, no module, and every
   *     other reason that {@link Pkcs11Token#open} knows but the token being away
   */
  public static TokenSupervisor open(Pkcs11Config config, PinSource pin) {
    String serial =
        config
            .serial()
            .orElseThrow(() -> new IllegalArgumentException("a supervised token needs a serial"));
    LongAdder signCalls = new LongAdder();
    ModuleCopies copies = new ModuleCopies(config.module());
    TokenSupervisor supervisor =
        new TokenSupervisor(
            new TokenIdentity(config.label(), serial),
            new TokenRecovery(
                config.module(),
                copies::next,
                module -> Pkcs11Token.open(config.withModule(module), pin, signCalls)),
            signCalls);
    supervisor.start();
    return supervisor;
  }

  TokenSupervisor(TokenIdentity identity, TokenRecovery recovery, LongAdder signCalls) {
    this.identity = identity;
    this.recovery = recovery;
    this.signCalls = signCalls;
    this.away = new TokenException("TOKEN_RECOVERING", "the token has not been opened yet");
  }

  void start() {
    try {
      replaceWith(recovery.openNow());
    } catch (TokenException e) {
      if (!waitingMayHelp(e)) {
        throw e;
      }
      lost(null, e);
    }
  }

  private static boolean waitingMayHelp(TokenException e) {
    return BROKEN.contains(e.ckr())
        || Set.of("TIMEOUT", "TOKEN_NOT_FOUND", "KEYSTORE_EMPTY").contains(e.ckr());
  }

  @Override
  public TokenIdentity identity() {
    return identity;
  }

  /** Empty until the token was open for the first time. */
  @Override
  public Set<KeySpec> supported() {
    return supported;
  }

  /** Whether the token is open now. */
  public boolean available() {
    return current != null;
  }

  /** Why the token is not open; empty if it is. */
  public Optional<TokenException> unavailability() {
    return available() ? Optional.empty() : Optional.of(away);
  }

  /** How many C_Sign were attempted, over all reopenings. */
  public long signCalls() {
    return signCalls.sum();
  }

  @Override
  public TokenKey generate(KeySpec spec, String id) {
    return with(token -> token.generate(spec, id));
  }

  @Override
  public TokenKey importKey(KeySpec spec, String id, byte[] pkcs8, byte[] subjectPublicKeyInfo) {
    return with(token -> token.importKey(spec, id, pkcs8, subjectPublicKeyInfo));
  }

  @Override
  public Optional<TokenKey> find(String id) {
    return with(token -> token.find(id));
  }

  @Override
  public List<TokenKey> keys() {
    return with(SigningToken::keys);
  }

  @Override
  public List<byte[]> data(String label) {
    return with(token -> token.data(label));
  }

  @Override
  public void replaceData(String label, byte[] value) {
    with(
        token -> {
          token.replaceData(label, value);
          return true;
        });
  }

  @Override
  public void probe(Duration deadline) {
    with(
        token -> {
          token.probe(deadline);
          return true;
        });
  }

  private <T> T with(Function<SigningToken, T> use) {
    SigningToken token = current;
    if (token == null) {
      throw unavailable();
    }
    try {
      return use.apply(token);
    } catch (TokenException e) {
      judge(token, e);
      throw e;
    }
  }

  @Override
  public CompletableFuture<byte[]> sign(TokenKey key, byte[] message) {
    SigningToken token = current;
    if (token == null) {
      return CompletableFuture.failedFuture(unavailable());
    }
    CompletableFuture<byte[]> answer = token.sign(key, message);
    var _ =
        answer.whenComplete(
            (signature, e) -> {
              if (e instanceof TokenException failure) {
                judge(token, failure);
              } else if (e == null) {
                timeouts.set(0);
              }
            });
    return answer;
  }

  @Override
  public boolean busy() {
    SigningToken token = current;
    return token != null && token.busy();
  }

  private TokenException unavailable() {
    TokenException reason = away;
    return new TokenException(
        closed ? "CLOSED" : reason.ckr(), "the token is not open: " + reason.getMessage(), reason);
  }

  /** Whether {@code failure} means that {@code token} has to be opened anew. */
  private void judge(SigningToken token, TokenException failure) {
    if (BROKEN.contains(failure.ckr())) {
      lost(token, failure);
    } else if (failure.ckr().equals("TIMEOUT")) {
      if (timeouts.incrementAndGet() > TIMEOUTS_TOLERATED) {
        lost(token, failure);
      } else {
        recovery.inBackground("probe", () -> probeAfterTimeout(token, failure));
      }
    }
  }

  /** A token under heavy load is late but answers; opening it anew would make things worse. */
  private void probeAfterTimeout(SigningToken token, TokenException failure) {
    try {
      token.probe(PROBE_AFTER_TIMEOUT);
    } catch (TokenException e) {
      if (!e.ckr().equals("CLOSED") && !e.ckr().equals("TOKEN_BUSY")) {
        lost(token, failure);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very token in which it happened
  private synchronized void lost(@Nullable SigningToken token, TokenException failure) {
    if (closed || current != token) {
      return; // another call has noticed already
    }
    current = null;
    away = new TokenException("TOKEN_RECOVERING", "after " + failure.getMessage(), failure);
    log.warn("token {}: {}; opening it anew", identity.label(), failure.getMessage());
    if (token != null) {
      recovery.inBackground("close", token::close);
    }
    recovery.start(failure, this::replaceWith, this::halted);
  }

  private synchronized void replaceWith(SigningToken token) {
    if (closed || current != null) {
      recovery.inBackground("close", token::close);
      return;
    }
    timeouts.set(0);
    supported = token.supported();
    current = token;
    log.info("token {}: open", identity.label());
  }

  private synchronized void halted(TokenException failure) {
    away = failure;
    log.error(
        "token {}: {}; nothing logs in again until an operator has put the PIN right and resumed",
        identity.label(),
        failure.getMessage());
  }

  /** Starts opening the token again after a wrong, locked or expired PIN was put right. */
  public synchronized void resume() {
    if (current == null && !closed) {
      away = new TokenException("TOKEN_RECOVERING", "resumed by an operator", away);
      recovery.start(away, this::replaceWith, this::halted);
    }
  }

  @Override
  public void close() {
    SigningToken token;
    synchronized (this) {
      closed = true;
      token = current;
      current = null;
      recovery.close();
    }
    if (token != null) {
      token.close();
    }
  }
}
