package dev.chancery.signing;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import org.jspecify.annotations.Nullable;

/** Metadata brought to be signed, not yet looked at. */
public final class SigningRequest {
  /** How the caller names the key. */
  public sealed interface KeySelector {
    /** By its key id. */
    record ById(KeyId id) implements KeySelector {}

    /** By repository; the route's role picks the key, which must be the only active one. */
    record ByRepository(RepositoryName repository) implements KeySelector {}
  }

  private final @Nullable Role route;
  private final KeySelector key;
  private final byte[] signed;
  private final byte @Nullable [] snapshotEnvelope;
  private final byte @Nullable [] targetsEnvelope;

  /** As the other, without targets. */
  public SigningRequest(
      @Nullable Role route, KeySelector key, byte[] signed, byte @Nullable [] snapshotEnvelope) {
    this(route, key, signed, snapshotEnvelope, null);
  }

  /**
   * @param route the role whose endpoint was called, a key of another role is refused; null where
   *     one endpoint serves all roles and the key's own counts, which needs a {@code ById}
   * @param signed the exact bytes of the {@code signed} object
   * @param snapshotEnvelope the whole snapshot file that a timestamp names, to be verified (RULES
   *     NT-5)
   * @param targetsEnvelope of TUF 1.0, the whole targets file that this snapshot names (TUF
   *     specification 5.6)
   */
  public SigningRequest(
      @Nullable Role route,
      KeySelector key,
      byte[] signed,
      byte @Nullable [] snapshotEnvelope,
      byte @Nullable [] targetsEnvelope) {
    if (route == null && key instanceof KeySelector.ByRepository) {
      throw new IllegalArgumentException("a repository alone does not name a key");
    }
    this.route = route;
    this.key = key;
    this.signed = signed.clone();
    this.snapshotEnvelope = snapshotEnvelope == null ? null : snapshotEnvelope.clone();
    this.targetsEnvelope = targetsEnvelope == null ? null : targetsEnvelope.clone();
  }

  public @Nullable Role route() {
    return route;
  }

  public KeySelector key() {
    return key;
  }

  byte[] signed() {
    return signed;
  }

  byte @Nullable [] snapshotEnvelope() {
    return snapshotEnvelope;
  }

  byte @Nullable [] targetsEnvelope() {
    return targetsEnvelope;
  }
}
