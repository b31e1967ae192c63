package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.TufTimestamp;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.BoundKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.TufRoots;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.metadata.TufChain;
import dev.chancery.metadata.TufRoot;
import dev.chancery.metadata.VerifiedEnvelope;
import dev.chancery.policy.KeyStatusRule;
import dev.chancery.policy.Proposal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Steps 2 to 4 of the path: which key, may he, and what do the bytes say. */
final class Proposals {
  private final KeyRegistry registry;
  private final KeyAccess access;
  private final Function<KeyRecord, FormOptions> options;
  private final TufRoots roots;

  /** What is proposed, and the key that would sign it. */
  record Prepared(BoundKey key, Proposal proposal) {}

  Proposals(
      KeyRegistry registry,
      KeyAccess access,
      Function<KeyRecord, FormOptions> options,
      TufRoots roots) {
    this.registry = registry;
    this.access = access;
    this.options = options;
    this.roots = roots;
  }

  /**
   * Reads a request as far as it can be read without state or time.
   *
   * @param operation what the caller must be allowed
   * @throws RefusedException for what is wrong first; it is on the record already
   * @throws TokenException if the token's keys could not be read so far
   */
  Prepared prepare(Caller caller, Operation operation, SigningRequest request) {
    BoundKey key = find(caller, operation, request);
    try {
      requireUsable(key, request.route());
      MetadataDialect dialect = MetadataDialects.of(key.record().dialect());
      OnlineMetadata metadata =
          dialect.parse(key.record().role(), request.signed(), options.apply(key.record()));
      Proposal.VerifiedEnvelope envelope = envelope(dialect, key.record(), metadata, request);
      return new Prepared(key, new Proposal(caller.name(), key.record(), metadata, envelope));
    } catch (RefusedException e) {
      throw access.recorded(caller, operation, key.record(), e);
    }
  }

  private BoundKey find(Caller caller, Operation operation, SigningRequest request) {
    return switch (request.key()) {
      case SigningRequest.KeySelector.ById(KeyId id) -> access.require(caller, operation, id);
      case SigningRequest.KeySelector.ByRepository(RepositoryName repository) -> {
        access.require(caller, operation, repository);
        yield onlyKey(caller, operation, repository, Objects.requireNonNull(request.route()));
      }
    };
  }

  private BoundKey onlyKey(
      Caller caller, Operation operation, RepositoryName repository, Role role) {
    List<BoundKey> keys = registry.of(repository, role);
    if (keys.isEmpty()) {
      registry.catchUp();
      keys = registry.of(repository, role);
    }
    if (keys.size() == 1) {
      return registry.find(keys.getFirst().record().id()).orElseThrow();
    }
    String what = role.id() + " keys of " + Quote.of(repository.value());
    throw access.recorded(
        caller,
        operation,
        null,
        keys.isEmpty()
            ? new RefusedException(
                Refusal.KEY_UNKNOWN, "no " + what, "a repository with a key", "create a key first")
            : new RefusedException(
                Refusal.REQUEST_INVALID,
                keys.size() + " " + what,
                "one, when the request names the repository",
                "name the key by its keyid"));
  }

  private void requireUsable(BoundKey key, @Nullable Role route) {
    KeyRecord record = key.record();
    KeyStatusRule.check(record);
    if (record.mode().isInToken()) {
      requireInToken(key);
    }
    if (route == null && record.dialect() != Dialect.NOTARY) {
      throw new RefusedException(
          Refusal.WRONG_TYPE,
          "a key of dialect " + record.dialect().id() + " on the route of notary-server",
          "a key of dialect " + Dialect.NOTARY.id(),
          "use the REST interface");
    }
    if (route != null && record.role() != route) {
      throw new RefusedException(
          Refusal.WRONG_TYPE,
          "a key of role " + record.role().id() + " on the " + route.id() + " route",
          "a key of role " + route.id(),
          "use the key of that role; each key signs one role only");
    }
  }

  private void requireInToken(BoundKey key) {
    if (!registry.isBound()) {
      throw new TokenException("TOKEN_RECOVERING", "the token's keys have not been read yet");
    }
    if (key.tokenKey().isEmpty()) {
      throw KeyStatusRule.unusable(
          Refusal.KEY_ATTRIBUTES, key.record(), "the token lacks it or its attributes changed");
    }
  }

  /** The answer for a key that was taken out of use after its request was admitted. */
  static RefusedException notActive(KeyRecord key) {
    return KeyStatusRule.unusable(
        Refusal.KEY_FROZEN, key, "it was taken out of use while the request waited");
  }

  private Proposal.@Nullable VerifiedEnvelope envelope(
      MetadataDialect dialect, KeyRecord key, OnlineMetadata metadata, SigningRequest request) {
    byte[] bytes = request.snapshotEnvelope();
    byte[] targets = request.targetsEnvelope();
    if (bytes == null) {
      if (targets != null) {
        throw targetsAlone("the snapshot");
      }
      return null;
    }
    if (metadata.role() != Role.TIMESTAMP) {
      throw new RefusedException(
          Refusal.REQUEST_INVALID,
          "a snapshot envelope sent along with a snapshot",
          "one sent along with a timestamp",
          "leave it out");
    }
    TufRoot root =
        key.dialect() == Dialect.TUF ? roots.newest(key.repository()).orElse(null) : null;
    if (targets != null && root == null) {
      throw targetsAlone("a registered root");
    }
    List<BoundKey> snapshotKeys = registry.of(key.repository(), Role.SNAPSHOT);
    if (root != null && metadata instanceof TufTimestamp timestamp) {
      TufChain chain = TufChain.verify(root, timestamp, bytes, targets, options.apply(key));
      return proposed(
          chain.snapshot(),
          snapshotKeys,
          new Proposal.Chain(root.digest(), chain.targetsExpires()));
    }
    VerifiedEnvelope verified =
        dialect.verifySnapshot(metadata, bytes, options.apply(key), id -> find(snapshotKeys, id));
    return proposed(verified, snapshotKeys, null);
  }

  private static RefusedException targetsAlone(String missing) {
    return new RefusedException(
        Refusal.REQUEST_INVALID,
        "targets sent along without " + missing,
        "targets with the snapshot that names them, of a repository whose root is registered",
        "send the snapshot too, and register the root: chancery repository add");
  }

  private static Proposal.VerifiedEnvelope proposed(
      VerifiedEnvelope verified, List<BoundKey> snapshotKeys, Proposal.@Nullable Chain chain) {
    KeyRecord signer =
        snapshotKeys.stream()
            .map(BoundKey::record)
            .filter(key -> verified.signers().contains(key.id()))
            .findFirst()
            .orElse(null);
    return new Proposal.VerifiedEnvelope(verified.metadata(), signer, chain);
  }

  private static Optional<VerificationKey> find(List<BoundKey> keys, KeyId id) {
    return keys.stream()
        .filter(key -> key.record().id().equals(id))
        .map(BoundKey::verification)
        .findFirst();
  }
}
