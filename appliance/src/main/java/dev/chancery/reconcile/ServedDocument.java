package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.metadata.VerifiedEnvelope;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.RebaseList;
import java.util.List;
import java.util.Optional;

/**
 * A file that is served, of right form and signed by keys on the record alone.
 *
 * @param signers whose signatures verified, one at least
 */
record ServedDocument(FileBytes file, OnlineMetadata metadata, List<KeyOnRecord> signers) {
  /** Documents of any age and size that a trust server may have. */
  private static final FormOptions ANY_FORM = new FormOptions(true, 100_000);

  /**
   * Reads and verifies {@code file}.
   *
   * @param keys those on the record for this role of its repository, one at least
   * @throws RefusedException for the first rule broken; {@code KEY_UNKNOWN} for a signature by a
   *     key that is none of {@code keys}
   */
  static ServedDocument verified(byte[] file, Role role, List<KeyOnRecord> keys) {
    VerifiedEnvelope envelope =
        MetadataDialects.of(keys.getFirst().dialect())
            .verifyEnvelope(
                file, role, ANY_FORM, id -> find(keys, id).map(KeyOnRecord::verification));
    return new ServedDocument(
        new FileBytes(file),
        envelope.metadata(),
        envelope.signers().stream().flatMap(id -> find(keys, id).stream()).toList());
  }

  private static Optional<KeyOnRecord> find(List<KeyOnRecord> keys, KeyId id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  boolean isSignedBy(KeyId key) {
    return find(signers, key).isPresent();
  }

  Version version() {
    return metadata.version();
  }

  Sha256 digest() {
    return metadata.canonical().sha256();
  }

  /** What sets {@code key}, one of the signers, to this document; none if it has never signed. */
  Optional<RebaseList.Entry> rebaseOf(KeyOnRecord key) {
    return Optional.ofNullable(key.watermark())
        .map(
            from ->
                new RebaseList.Entry(
                    key.id(), key.repository(), key.role(), from, version(), digest(), file));
  }
}
