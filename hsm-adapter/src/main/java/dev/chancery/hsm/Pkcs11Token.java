package dev.chancery.hsm;

import dev.chancery.hsm.KeyReader.StoredKey;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token behind a PKCS#11 module. SunPKCS11 signs with the EC and RSA keys that were there when
 * the token was opened; the rest (Ed25519, newer keys, and whatever is not a signature) goes
 * through {@link Cryptoki}. It heals nothing by itself: see {@link TokenSupervisor}.
 */
public final class Pkcs11Token implements SigningToken {
  /** Beyond this {@link #sign} takes no message. */
  static final int MAX_MESSAGE_BYTES = 4_194_304;

  private static final Logger log = LoggerFactory.getLogger(Pkcs11Token.class);
  private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(30);
  private static final Duration GENERATION_LIMIT = Duration.ofMinutes(2);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private final Cryptoki cryptoki;
  private final TokenInfo token;
  private final Set<KeySpec> supported;
  private final long anchor;
  private final KeyReader reader;
  private final KeyMaker maker;
  private final DataObjects data;
  private final SessionPool sessions;
  private final ProviderSigner provider;
  private final TokenThreads threads;
  private final Map<String, Long> handles = new ConcurrentHashMap<>();
  private final Set<String> beingMade = ConcurrentHashMap.newKeySet();
  private final LongAdder signCalls;
  private boolean closed;

  /**
   * Finds the token, logs in and reads its keys. One C_Login is made and never repeated; the PIN is
   * wiped before this returns. Takes a few seconds for 5,000 keys.
   *
   * @throws TokenException {@code MODULE_NOT_LOADED}, {@code TOKEN_NOT_FOUND}, {@code
   *     TOKEN_AMBIGUOUS}, {@code PIN_UNAVAILABLE}, {@code KEYSTORE_EMPTY}, or with the CKR name,
   *     such as {@code CKR_PIN_INCORRECT}
   */
  public static Pkcs11Token open(Pkcs11Config config, PinSource pinSource) {
    return open(config, pinSource, new LongAdder());
  }

  /** As above, counting C_Sign attempts in {@code signCalls}, which others may add to as well. */
  static Pkcs11Token open(Pkcs11Config config, PinSource pinSource, LongAdder signCalls) {
    Cryptoki cryptoki = Cryptoki.load(config.module());
    TokenInfo token = Slots.find(cryptoki, config.label(), config.serial());
    try (Pin pin = pinSource.read()) {
      long anchor = cryptoki.openSession(token.slot());
      try {
        cryptoki.logins().enter(token.slot(), anchor, pin);
      } catch (RuntimeException e) {
        closeQuietly(cryptoki, anchor);
        throw e;
      }
      try {
        return new Pkcs11Token(cryptoki, token, anchor, config, pin, signCalls);
      } catch (RuntimeException e) {
        leaveQuietly(cryptoki, token.slot(), anchor);
        closeQuietly(cryptoki, anchor);
        throw e;
      }
    }
  }

  /** The session {@code anchor} stays open, since the last session to close ends the login. */
  private Pkcs11Token(
      Cryptoki cryptoki,
      TokenInfo token,
      long anchor,
      Pkcs11Config config,
      Pin pin,
      LongAdder signCalls) {
    this.signCalls = signCalls;
    this.cryptoki = cryptoki;
    this.token = token;
    this.anchor = anchor;
    this.supported = SpecMechanisms.supported(cryptoki.mechanisms(token.slot()));
    this.reader = new KeyReader(cryptoki);
    this.maker = new KeyMaker(cryptoki, token.slot(), reader, signCalls::increment);
    this.data = new DataObjects(cryptoki);
    this.sessions = new SessionPool(cryptoki, token.slot());
    List<StoredKey> keys = remember(reader.all(anchor));
    this.provider = ProviderSigner.open(config.module(), token.slot(), pin, keys.size());
    this.threads = new TokenThreads("token-" + config.label(), config.threads(), config.deadline());
    log.info(
        "token {} serial {}: logged in, {} usable keys",
        token.identity().label(),
        token.identity().serial(),
        keys.size());
  }

  @Override
  public TokenIdentity identity() {
    return token.identity();
  }

  @Override
  public Set<KeySpec> supported() {
    return Set.copyOf(supported);
  }

  /** How many C_Sign this object has attempted, the ones for new certificates included. */
  public long signCalls() {
    return signCalls.sum();
  }

  @Override
  public TokenKey generate(KeySpec spec, String id) {
    return made("generate", spec, id, session -> maker.make(session, spec, id));
  }

  @Override
  public TokenKey importKey(KeySpec spec, String id, byte[] pkcs8, byte[] subjectPublicKeyInfo) {
    Template privateKey = SpecMechanisms.softwareKey(spec, pkcs8);
    byte[] publicKey = subjectPublicKeyInfo.clone();
    return made("import", spec, id, session -> maker.put(session, spec, id, privateKey, publicKey));
  }

  private TokenKey made(String what, KeySpec spec, String id, SessionPool.Use<StoredKey> maker) {
    KeyReader.checkId(id);
    if (!supported.contains(spec)) {
      throw new TokenException("CKR_MECHANISM_INVALID", "the token has no " + spec + " keys");
    }
    if (handles.containsKey(id) || !beingMade.add(id)) {
      throw idInUse(id);
    }
    try {
      StoredKey made =
          threads.call(what, GENERATION_LIMIT, () -> inOwnSession(s -> unlessUsed(s, id, maker)));
      handles.put(id, made.handle());
      return made.key();
    } finally {
      beingMade.remove(id);
    }
  }

  private StoredKey unlessUsed(long session, String id, SessionPool.Use<StoredKey> maker) {
    if (reader.used(session, id)) {
      throw idInUse(id);
    }
    return maker.in(session);
  }

  private static TokenException idInUse(String id) {
    return new TokenException("ID_IN_USE", "the token has an object with CKA_ID \"" + id + "\"");
  }

  @Override
  public Optional<TokenKey> find(String id) {
    KeyReader.checkId(id);
    return threads
        .call("find", LOOKUP_LIMIT, () -> inOwnSession(session -> reader.one(session, id)))
        .map(this::remember);
  }

  @Override
  public List<TokenKey> keys() {
    return threads
        .call("keys", GENERATION_LIMIT, () -> remember(inOwnSession(reader::all)))
        .stream()
        .map(StoredKey::key)
        .toList();
  }

  private TokenKey remember(StoredKey stored) {
    handles.put(stored.key().id(), stored.handle());
    return stored.key();
  }

  private List<StoredKey> remember(List<StoredKey> keys) {
    keys.forEach(stored -> handles.put(stored.key().id(), stored.handle()));
    return keys;
  }

  @Override
  public CompletableFuture<byte[]> sign(TokenKey key, byte[] message) {
    if (message.length < 1 || message.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a message has 1 to " + MAX_MESSAGE_BYTES + " bytes, not " + message.length);
    }
    byte[] copy = message.clone();
    return threads.sign(() -> signNow(key, copy));
  }

  @Override
  public boolean busy() {
    return threads.busy();
  }

  /** Signs in the calling thread. */
  byte[] signNow(TokenKey key, byte[] message) {
    try {
      Optional<PrivateKey> ready = provider.key(key);
      if (ready.isPresent()) {
        signCalls.increment();
        return provider.sign(key.spec(), ready.get(), message);
      }
      byte[] input = SpecMechanisms.signingInput(key.spec(), message);
      Mechanism mechanism = SpecMechanisms.signing(key.spec());
      long handle = handle(key.id());
      return sessions.with(
          session -> cryptoki.sign(session, mechanism, handle, input, signCalls::increment));
    } catch (TokenException e) {
      if (e.ckr().contains("HANDLE_INVALID")) {
        handles.remove(key.id());
        provider.forget(key.id());
      }
      throw e;
    }
  }

  private long handle(String id) {
    Long known = handles.get(id);
    if (known != null) {
      return known;
    }
    StoredKey found =
        sessions
            .with(session -> reader.one(session, id))
            .orElseThrow(
                () -> new TokenException("KEY_NOT_FOUND", "the token has no key \"" + id + "\""));
    remember(found);
    return found.handle();
  }

  @Override
  public List<byte[]> data(String label) {
    KeyReader.checkId(label);
    return threads.call(
        "data", LOOKUP_LIMIT, () -> inOwnSession(session -> data.values(session, label)));
  }

  @Override
  public void replaceData(String label, byte[] value) {
    KeyReader.checkId(label);
    if (value.length < 1 || value.length > MAX_DATA_BYTES) {
      throw new IllegalArgumentException("a value has 1 to " + MAX_DATA_BYTES + " bytes");
    }
    byte[] copy = value.clone();
    threads.call(
        "replace data",
        LOOKUP_LIMIT,
        () ->
            inOwnSession(
                session -> {
                  data.replace(session, label, copy);
                  return true;
                }));
  }

  @Override
  public void probe(Duration deadline) {
    threads.call(
        "probe",
        deadline,
        () -> {
          cryptoki.tokenInfo(token.slot());
          if (!cryptoki.userLoggedIn(anchor)) {
            throw new TokenException("CKR_USER_NOT_LOGGED_IN", "the token has logged us out");
          }
          return true;
        });
  }

  private <T> T inOwnSession(SessionPool.Use<T> use) {
    long session = cryptoki.openSession(token.slot());
    try {
      return use.in(session);
    } finally {
      closeQuietly(cryptoki, session);
    }
  }

  /**
   * Waits up to 10 s for what is being signed. If a thread is then still inside the token, the
   * token is left as it is: closing its sessions would hang as well.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    provider.close();
    if (!threads.drain(DRAIN_LIMIT)) {
      log.warn("token {}: a thread is stuck in the module and is left behind", identity().label());
      cryptoki.logins().abandon(token.slot());
      return;
    }
    try {
      sessions.close();
    } catch (TokenException e) {
      log.info("token {}: closing sessions: {}", identity().label(), e.getMessage());
    }
    leaveQuietly(cryptoki, token.slot(), anchor);
    closeQuietly(cryptoki, anchor);
  }

  private static void leaveQuietly(Cryptoki cryptoki, long slot, long session) {
    try {
      cryptoki.logins().leave(slot, session);
    } catch (TokenException e) {
      log.info("logging out: {}", e.getMessage());
    }
  }

  private static void closeQuietly(Cryptoki cryptoki, long session) {
    try {
      cryptoki.closeSession(session);
    } catch (TokenException e) {
      log.debug("closing a session: {}", e.getMessage());
    }
  }
}
