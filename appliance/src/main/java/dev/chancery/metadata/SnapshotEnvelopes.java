package dev.chancery.metadata;

import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.util.Optional;
import java.util.function.Function;

/** The snapshot file that a caller sends along with a timestamp (RULES NT-5). */
public final class SnapshotEnvelopes {
  private static final String REMEDY =
      "send the snapshot file exactly as the trust server serves it";

  private SnapshotEnvelopes() {}

  /**
   * Checks that {@code envelope} is the file {@code timestamp} names, of right form, and signed by
   * known snapshot keys. Whether it has expired and how its version stands to the watermark is
   * judged elsewhere.
   *
   * @throws RefusedException {@code SNAPSHOT_MISMATCH} if it is another file, else as {@link
   *     MetadataDialect#verifyEnvelope}
   */
  public static VerifiedEnvelope verify(
      MetadataDialect dialect,
      Timestamp timestamp,
      byte[] envelope,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    checkNamed(timestamp.snapshot(), envelope);
    return dialect.verifyEnvelope(envelope, Role.SNAPSHOT, options, keys);
  }

  /** The snapshot in an envelope that {@link #verify} made. */
  public static Snapshot snapshot(VerifiedEnvelope envelope) {
    return switch (envelope.metadata()) {
      case Snapshot snapshot -> snapshot;
      case Timestamp other -> throw new IllegalArgumentException("not a snapshot");
    };
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
