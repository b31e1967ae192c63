package dev.chancery.softhsm;

import dev.chancery.hsm.KeyAttributes;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * A token whose keys lie in this process's memory, <strong>for tests only</strong>: it keeps the
 * contract of {@link SigningToken}, protects nothing, and can be told to be slow or to fail.
 */
public final class InMemoryToken implements SigningToken {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_MESSAGE_BYTES = 4_194_304;
  private static final KeyAttributes ATTRIBUTES = attributes(true);
  private static final KeyAttributes IMPORTED = attributes(false);

  private static KeyAttributes attributes(boolean madeHere) {
    return new KeyAttributes(
        new TreeMap<>(
            Map.of(
                "CKA_TOKEN", true,
                "CKA_PRIVATE", true,
                "CKA_SENSITIVE", true,
                "CKA_EXTRACTABLE", false,
                "CKA_ALWAYS_SENSITIVE", madeHere,
                "CKA_NEVER_EXTRACTABLE", madeHere,
                "CKA_LOCAL", madeHere,
                "CKA_MODIFIABLE", false,
                "CKA_SIGN", true)));
  }

  private record Entry(TokenKey key, SoftwareKey secret) {}

  private final TokenIdentity identity;
  private final Duration deadline;
  private final Map<String, Entry> entries;
  private final Map<String, List<byte[]>> data;
  private final ExecutorService threads;
  private final LongAdder signCalls = new LongAdder();
  private volatile boolean dataUnsupported;
  private volatile Duration delay = Duration.ZERO;
  private volatile Optional<String> failure = Optional.empty();

  /**
   * An empty token.
   *
   * @param threads how many signatures are made at once
   * @param deadline after which a signature fails with {@code TIMEOUT}
   */
  public InMemoryToken(TokenIdentity identity, int threads, Duration deadline) {
    this(identity, threads, deadline, new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>());
  }

  private InMemoryToken(
      TokenIdentity identity,
      int threads,
      Duration deadline,
      Map<String, Entry> entries,
      Map<String, List<byte[]>> data) {
    this.identity = identity;
    this.deadline = deadline;
    this.entries = entries;
    this.data = data;
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("memory-token-", 1).factory());
  }

  /** Another login to the same keys and data objects, as after a restart. */
  public InMemoryToken reopen(int threads) {
    return new InMemoryToken(identity, threads, deadline, entries, data);
  }

  /** From now on each signature takes this long. */
  public void delay(Duration perSignature) {
    this.delay = perSignature;
  }

  /** From now on each signature fails with this CKR name; empty: works again. */
  public void fail(Optional<String> ckr) {
    this.failure = ckr;
  }

  /** How many signatures were attempted. */
  public long signCalls() {
    return signCalls.sum();
  }

  @Override
  public TokenIdentity identity() {
    return identity;
  }

  @Override
  public Set<KeySpec> supported() {
    return EnumSet.allOf(KeySpec.class);
  }

  @Override
  public TokenKey generate(KeySpec spec, String id) {
    checkOpen();
    checkId(id);
    return added(id, spec, SoftwareKey.generate(spec), ATTRIBUTES);
  }

  @Override
  public TokenKey importKey(KeySpec spec, String id, byte[] pkcs8, byte[] subjectPublicKeyInfo) {
    checkOpen();
    checkId(id);
    return added(id, spec, SoftwareKey.of(spec, pkcs8, subjectPublicKeyInfo), IMPORTED);
  }

  private TokenKey added(String id, KeySpec spec, SoftwareKey secret, KeyAttributes attributes) {
    TokenKey key = new TokenKey(id, spec, secret.subjectPublicKeyInfo(), attributes);
    if (entries.putIfAbsent(id, new Entry(key, secret)) != null) {
      throw new TokenException("ID_IN_USE", "the token has a key \"" + id + "\" already");
    }
    return key;
  }

  @Override
  public Optional<TokenKey> find(String id) {
    checkOpen();
    checkId(id);
    return Optional.ofNullable(entries.get(id)).map(Entry::key);
  }

  @Override
  public List<TokenKey> keys() {
    checkOpen();
    return entries.values().stream().map(Entry::key).toList();
  }

  @Override
  public CompletableFuture<byte[]> sign(TokenKey key, byte[] message) {
    if (message.length < 1 || message.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException("a message has 1 to 4194304 bytes");
    }
    byte[] copy = message.clone();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> answer(key, copy, answer));
      CompletableFuture.delayedExecutor(deadline.toNanos(), TimeUnit.NANOSECONDS)
          .execute(() -> answer.completeExceptionally(timeout()));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new TokenException("CLOSED", "the token has been closed", e));
    }
    return answer;
  }

  private void answer(TokenKey key, byte[] message, CompletableFuture<byte[]> answer) {
    if (answer.isDone()) {
      return;
    }
    try {
      Entry entry = entries.get(key.id());
      if (entry == null) {
        throw new TokenException("KEY_NOT_FOUND", "the token has no key \"" + key.id() + "\"");
      }
      signCalls.increment();
      Thread.sleep(delay);
      failure.ifPresent(
          ckr -> {
            throw new TokenException(ckr, "as this test demands");
          });
      answer.complete(entry.secret().sign(message));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.completeExceptionally(new TokenException("INTERRUPTED", "sign was interrupted", e));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public List<byte[]> data(String label) {
    checkOpen();
    checkId(label);
    requireDataObjects();
    return data.getOrDefault(label, List.of()).stream().map(byte[]::clone).toList();
  }

  @Override
  public void replaceData(String label, byte[] value) {
    checkOpen();
    checkId(label);
    requireDataObjects();
    if (value.length < 1 || value.length > MAX_DATA_BYTES) {
      throw new IllegalArgumentException("a value has 1 to " + MAX_DATA_BYTES + " bytes");
    }
    data.put(label, List.of(value.clone()));
  }

  /** From now on the values under {@code label} are these, as after a crash or an intruder. */
  public void putData(String label, List<byte[]> values) {
    data.put(label, values.stream().map(byte[]::clone).toList());
  }

  /** From now on the token keeps no data objects, or keeps them again. */
  public void withoutData(boolean without) {
    this.dataUnsupported = without;
  }

  private void requireDataObjects() {
    if (dataUnsupported) {
      throw new TokenException("DATA_UNSUPPORTED", "the token keeps no private data objects");
    }
  }

  private TokenException timeout() {
    return new TokenException("TIMEOUT", "no answer within " + deadline.toMillis() + " ms");
  }

  @Override
  public void probe(Duration limit) {
    checkOpen();
  }

  @Override
  public void close() {
    threads.close();
  }

  private void checkOpen() {
    if (threads.isShutdown()) {
      throw new TokenException("CLOSED", "the token has been closed");
    }
  }

  private static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not a key id: \"" + id + "\"");
    }
  }
}
