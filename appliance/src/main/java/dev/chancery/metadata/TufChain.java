package dev.chancery.metadata;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.TufSnapshot;
import dev.chancery.api.TufTimestamp;
import dev.chancery.crypto.VerificationKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a timestamp leads to, verified from a registered root as a client would before it follows
 * (TUF specification 5.5, 5.6). Whether anything has expired, the rules judge.
 *
 * @param snapshot the snapshot that the timestamp names
 * @param targetsExpires of the targets that the snapshot names; null where they were not sent
 */
public record TufChain(VerifiedEnvelope snapshot, @Nullable Instant targetsExpires) {
  /**
   * Verifies the files.
   *
   * @throws RefusedException as {@link MetadataDialect#verifySnapshot}; {@code SIGNATURE_INVALID}
   *     if fewer keys have signed than the root says must; {@code TARGETS_MISMATCH}
   */
  public static TufChain verify(
      TufRoot root,
      TufTimestamp timestamp,
      byte[] snapshot,
      byte @Nullable [] targets,
      FormOptions options) {
    Map<String, VerificationKey> snapshotKeys = root.keys("snapshot");
    VerifiedEnvelope verified =
        MetadataDialects.of(Dialect.TUF)
            .verifySnapshot(timestamp, snapshot, options, id -> key(snapshotKeys, id));
    requireThreshold(root, "snapshot", verified.signers(), snapshotKeys);
    if (targets == null) {
      return new TufChain(verified, null);
    }
    TufSnapshot metadata = (TufSnapshot) verified.metadata();
    TufTargets named = TufTargets.named(metadata, targets);
    Map<String, VerificationKey> targetsKeys = root.keys("targets");
    List<KeyId> signers = named.envelope().signers(id -> key(targetsKeys, id));
    requireThreshold(root, "targets", signers, targetsKeys);
    named.requireDelegationsIn(metadata);
    return new TufChain(verified, named.expires());
  }

  private static Optional<VerificationKey> key(Map<String, VerificationKey> keys, KeyId id) {
    return Optional.ofNullable(keys.get(id.hex()));
  }

  // One key under two ids counts once (RULES T-12).
  private static void requireThreshold(
      TufRoot root, String role, List<KeyId> signers, Map<String, VerificationKey> keys) {
    long distinct =
        signers.stream()
            .map(id -> keys.get(id.hex()))
            .map(key -> Sha256.of(key.subjectPublicKeyInfo()))
            .distinct()
            .count();
    if (distinct < root.threshold(role)) {
      throw new RefusedException(
          Refusal.SIGNATURE_INVALID,
          "a " + role + " file signed by " + distinct + " keys of that role",
          root.threshold(role) + " of the keys in root " + root.version(),
          "have it signed by more of the keys of role " + Quote.of(role));
    }
  }
}
