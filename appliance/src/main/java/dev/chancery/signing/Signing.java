package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.SigningOutcome;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.BoundKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.TufRoots;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.Recorded;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.policy.SigningPolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The path of one signature (DESIGN section 2), from an authenticated caller to an answer. Each
 * step takes what only the step before can make: a {@code Proposal}, an {@code Admitted} inside the
 * ledger's transaction, a {@link Recorded}, a verified signature. Nobody waits in a thread: the
 * ledger's writer and the token's threads carry a request on.
 */
public final class Signing {
  private static final Logger LOG = LoggerFactory.getLogger(Signing.class);

  private final KeyRegistry registry;
  private final KeyAccess access;
  private final Proposals proposals;
  private final SigningPolicy policy;
  private final LedgerBinding binding;
  private final ClockGuard clock;
  private final InstantSource wall;
  private final Ledger ledger;
  private final SigningToken token;
  private final ForeignSigner upstream;
  private final NonceWindow nonces;
  private final LongAdder shadowAdmissions = new LongAdder();

  /**
   * Wires the path.
   *
   * @param binding closed while this ledger may not be gone on with
   * @param clock the time that decisions are made at
   * @param wall the time that dates rows of what happened
   * @param upstream signs for the foreign keys
   * @param options what the form of a key's metadata may deviate in
   */
  public Signing(
      KeyRegistry registry,
      KeyAccess access,
      SigningPolicy policy,
      LedgerBinding binding,
      ClockGuard clock,
      InstantSource wall,
      Ledger ledger,
      SigningToken token,
      ForeignSigner upstream,
      Function<KeyRecord, FormOptions> options) {
    this.registry = registry;
    this.access = access;
    this.proposals = new Proposals(registry, access, options, new TufRoots(ledger));
    this.policy = policy;
    this.binding = binding;
    this.clock = clock;
    this.wall = wall;
    this.ledger = ledger;
    this.token = token;
    this.upstream = upstream;
    this.nonces = NonceWindow.of(ledger);
  }

  /**
   * Signs what {@code request} brings, or refuses.
   *
   * @return {@code Signed} or {@code Refused}; fails with {@code TokenException} or {@code
   *     LedgerException} when the token or the ledger is away, and then no signature was released
   */
  public CompletableFuture<SigningOutcome> sign(Caller caller, SigningRequest request) {
    try {
      Operation operation = operation(request);
      Proposals.Prepared prepared = proposals.prepare(caller, operation, request);
      return ledger
          .record(prepared.proposal(), policy, now(caller, operation, prepared))
          .thenCompose(recorded -> signed(prepared.key(), recorded))
          .exceptionally(Signing::refusedOrFailed);
    } catch (RefusedException e) {
      return CompletableFuture.completedFuture(new SigningOutcome.Refused(e));
    } catch (TokenException | LedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Says whether {@link #sign} would sign; records no decision and uses no token.
   *
   * @return {@code Checked} or {@code Refused}; fails with {@code LedgerException}
   */
  public CompletableFuture<SigningOutcome> check(Caller caller, SigningRequest request) {
    try {
      Proposals.Prepared prepared = proposals.prepare(caller, Operation.CHECK, request);
      return ledger
          .judge(prepared.proposal(), policy, now(caller, Operation.CHECK, prepared))
          .<SigningOutcome>thenApply(
              admitted ->
                  new SigningOutcome.Checked(
                      prepared.key().record().id(),
                      prepared.proposal().metadata().version(),
                      prepared.proposal().metadata().canonical().sha256(),
                      admitted.warnings()))
          .exceptionally(Signing::refusedOrFailed);
    } catch (RefusedException e) {
      return CompletableFuture.completedFuture(new SigningOutcome.Refused(e));
    } catch (TokenException | LedgerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Does {@code work} unless this ledger may not be gone on with: a key that only a copy of the
   * ledger knows would be lost with it.
   *
   * @return fails with {@code RefusedException} ROLE_NOT_ALLOWED, REPOSITORY_NOT_ALLOWED or
   *     LEDGER_ROLLED_BACK, with {@code TokenException} LEDGER_UNBOUND, or as {@code work} does
   */
  public <T> CompletableFuture<T> whileBound(
      Caller caller,
      Operation operation,
      RepositoryName repository,
      Supplier<CompletableFuture<T>> work) {
    try {
      access.require(caller, operation, repository);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    try {
      binding.require();
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(access.recorded(caller, operation, null, e));
    } catch (TokenException e) {
      return CompletableFuture.failedFuture(e);
    }
    return work.get();
  }

  private Instant now(Caller caller, Operation operation, Proposals.Prepared prepared) {
    try {
      binding.require();
      return clock.now();
    } catch (RefusedException e) {
      throw access.recorded(caller, operation, prepared.key().record(), e);
    }
  }

  // Steps 7 to 9. A signature on the record is given again without the token.
  private CompletableFuture<SigningOutcome> signed(BoundKey key, Recorded recorded) {
    registry.markUsed(key.record().id());
    binding.recorded(recorded.sequence());
    noteShadow(recorded);
    byte[] message = recorded.proposal().metadata().canonical().bytes();
    RawSignature earlier = recorded.earlierSignature();
    if (earlier != null && key.verification().verify(message, earlier)) {
      return CompletableFuture.completedFuture(answer(key, recorded, earlier, true));
    }
    // An operator may have frozen it while this request waited.
    if (registry.there(key.record().id()).orElseThrow().record().status() != KeyStatus.ACTIVE) {
      return failed(recorded, Proposals.notActive(key.record()));
    }
    try {
      binding.require();
    } catch (RefusedException | TokenException e) {
      return failed(recorded, e);
    }
    return signature(key, message)
        .exceptionallyCompose(failure -> failed(recorded, failure))
        .thenCompose(signature -> release(key, recorded, message, new RawSignature(signature)));
  }

  private void noteShadow(Recorded recorded) {
    RefusedException shadowed = recorded.shadowed();
    if (shadowed != null) {
      shadowAdmissions.increment();
      LOG.warn(
          "decision {} admitted in shadow mode: {}", recorded.sequence(), shadowed.getMessage());
    }
  }

  /** How many admissions shadow mode let through since the start. */
  public long shadowAdmissions() {
    return shadowAdmissions.sum();
  }

  private CompletableFuture<byte[]> signature(BoundKey key, byte[] message) {
    return key.record().mode() == KeyMode.FOREIGN
        ? upstream.sign(key.record(), message)
        : token.sign(key.tokenKey().orElseThrow(), message);
  }

  // Step 8: verified against the registered public key, independently of the token; and its nonce
  // is a new one, for two signatures with one nonce give the key away.
  private CompletableFuture<SigningOutcome> release(
      BoundKey key, Recorded recorded, byte[] message, RawSignature signature) {
    if (!key.verification().verify(message, signature)) {
      return suspend(
          key,
          recorded,
          "SIGNATURE_INVALID",
          "the signature of decision " + recorded.sequence() + " did not verify");
    }
    Optional<KeyId> repeated =
        nonces.repeated(
            key.record(), recorded.proposal().metadata().canonical().sha256(), signature);
    if (repeated.isPresent()) {
      return suspend(
          key,
          recorded,
          "NONCE_REPEATED",
          "the signature of decision "
              + recorded.sequence()
              + " has the r of another text's, of key "
              + repeated.get()
              + " (NONCE_REPEATED)");
    }
    MetaFile served = servedSnapshot(key.record(), recorded.proposal().metadata(), signature);
    CompletableFuture<Void> issued = ledger.issued(recorded, signature, served, wall.instant());
    SigningOutcome answer = answer(key, recorded, signature, false);
    // The next timestamp, perhaps on another node, names this snapshot: its row comes first.
    return key.record().role() == Role.SNAPSHOT
        ? issued.thenApply(durable -> answer)
        : CompletableFuture.completedFuture(answer);
  }

  private static @Nullable MetaFile servedSnapshot(
      KeyRecord key, OnlineMetadata metadata, RawSignature signature) {
    return key.role() == Role.SNAPSHOT
        ? MetadataDialects.of(key.dialect())
            .servedFile(metadata, key.id(), key.algorithm(), signature)
            .orElse(null)
        : null;
  }

  private CompletableFuture<SigningOutcome> suspend(
      BoundKey key, Recorded recorded, String failure, String reason) {
    KeyRecord suspended = key.record().withStatus(KeyStatus.SUSPENDED);
    registry.update(suspended);
    LOG.error("key {} suspended: {}", suspended.id(), reason);
    return ledger
        .setStatus(key.record(), KeyStatus.SUSPENDED, "chancery", reason, wall.instant())
        .thenCompose(
            changed -> {
              registry.update(changed);
              return failed(recorded, new TokenException(failure, "it was not released"));
            });
  }

  private <T> CompletableFuture<T> failed(Recorded recorded, Throwable failure) {
    Throwable cause = unwrapped(failure);
    String name =
        switch (cause) {
          case TokenException token -> token.ckr();
          case RefusedException refused -> refused.reason().name();
          default -> cause.getClass().getName();
        };
    LOG.warn("decision {} not signed: {}", recorded.sequence(), cause.getMessage());
    return ledger
        .attemptFailed(recorded, name, wall.instant())
        .thenCompose(row -> CompletableFuture.failedFuture(cause));
  }

  private static SigningOutcome answer(
      BoundKey key, Recorded recorded, RawSignature signature, boolean repeated) {
    return new SigningOutcome.Signed(
        key.record().id(),
        key.record().dialect(),
        key.record().algorithm(),
        signature,
        recorded.version(),
        recorded.proposal().metadata().canonical().sha256(),
        recorded.sequence(),
        repeated,
        recorded.warnings());
  }

  // A key that nobody knows has no role; whichever is asked about, the answer is the same.
  private Operation operation(SigningRequest request) {
    Role role = request.route();
    if (role == null && request.key() instanceof SigningRequest.KeySelector.ById(KeyId id)) {
      role = registry.find(id).map(key -> key.record().role()).orElse(Role.TIMESTAMP);
    }
    return role == Role.SNAPSHOT ? Operation.SIGN_SNAPSHOT : Operation.SIGN_TIMESTAMP;
  }

  private static SigningOutcome refusedOrFailed(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof RefusedException refusal) {
      return new SigningOutcome.Refused(refusal);
    }
    throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
