package dev.chancery.metadata;

import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.util.Optional;
import java.util.function.Function;

/** The snapshot file that a caller sends along with a timestamp (RULES NT-5). */
final class NotarySnapshotFile {
  private static final String REMEDY =
      "send the snapshot file exactly as the trust server serves it";

  private NotarySnapshotFile() {}

  /** See {@link MetadataDialect#verifySnapshot}. */
  static VerifiedEnvelope verify(
      Timestamp timestamp,
      byte[] envelope,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    checkNamed(timestamp.snapshot(), envelope);
    return new NotaryEnvelope(Role.SNAPSHOT, options).verify(envelope, keys);
  }

  private static void checkNamed(MetaFile named, byte[] envelope) {
    check("length", Long.toString(named.length()), Integer.toString(envelope.length));
    check("sha256", named.sha256().base64(), Sha256.of(envelope).base64());
    if (named.sha512() != null) {
      check("sha512", named.sha512().base64(), Sha512.of(envelope).base64());
    }
  }

  private static void check(String what, String named, String actual) {
    if (!named.equals(actual)) {
      throw new RefusedException(
          Refusal.SNAPSHOT_MISMATCH,
          "a snapshot file with " + what + " " + Quote.of(actual),
          what + " " + Quote.of(named) + ", as the timestamp says",
          REMEDY);
    }
  }
}
