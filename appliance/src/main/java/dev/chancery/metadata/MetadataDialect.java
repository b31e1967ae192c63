package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.util.Optional;
import java.util.function.Function;

/** The rules of form of one dialect: what its metadata, keys and signatures look like. */
public interface MetadataDialect {
  /** Which dialect this is. */
  Dialect dialect();

  /**
   * The timestamp metadata that {@code signed} are the canonical bytes of.
   *
   * @param signed the {@code signed} object, without envelope
   * @throws RefusedException for the first rule of form they break
   */
  Timestamp timestamp(byte[] signed, FormOptions options);

  /**
   * The snapshot metadata that {@code signed} are the canonical bytes of.
   *
   * @param signed the {@code signed} object, without envelope
   * @throws RefusedException for the first rule of form they break
   */
  Snapshot snapshot(byte[] signed, FormOptions options);

  /**
   * The metadata of {@code role} that {@code signed} are the canonical bytes of. The role is that
   * of the key: content never chooses it.
   *
   * @throws RefusedException for the first rule of form they break
   */
  default OnlineMetadata parse(Role role, byte[] signed, FormOptions options) {
    return switch (role) {
      case TIMESTAMP -> timestamp(signed, options);
      case SNAPSHOT -> snapshot(signed, options);
    };
  }

  /**
   * The public key in the encoding the trust server expects.
   *
   * @param subjectPublicKeyInfo the key in DER; only its encoding is changed, {@link
   *     VerificationKey#parse} judges it
   */
  byte[] publicKey(Algorithm algorithm, byte[] subjectPublicKeyInfo);

  /**
   * DER SubjectPublicKeyInfo of a key in the encoding of {@link #publicKey}; again only the
   * encoding is changed.
   */
  byte[] subjectPublicKeyInfo(Algorithm algorithm, byte[] publicKey);

  /** The key id: SHA-256 of the canonical form of this dialect's key object. */
  KeyId keyId(Algorithm algorithm, byte[] subjectPublicKeyInfo);

  /** The name of the signature method, as it is written. */
  String method(Algorithm algorithm);

  /** The signature, as it is written. */
  String encode(Algorithm algorithm, RawSignature signature);

  /** The whole file the trust server will serve once it has this one signature. */
  byte[] envelope(OnlineMetadata metadata, KeyId key, Algorithm algorithm, RawSignature signature);

  /** Digests and length of {@link #envelope}: what the next metadata will say of this file. */
  MetaFile servedFile(
      OnlineMetadata metadata, KeyId key, Algorithm algorithm, RawSignature signature);

  /**
   * Reads a whole file of {@code role}, in exactly the form the trust server serves, and verifies
   * every signature in it.
   *
   * @param keys the keys known for this role of this repository, by the id computed from the key
   * @throws RefusedException for the first rule of form broken; {@code KEY_UNKNOWN} for a signature
   *     by another key; {@code SIGNATURE_INVALID} for one that does not verify
   */
  VerifiedEnvelope verifyEnvelope(
      byte[] envelope,
      Role role,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys);
}
