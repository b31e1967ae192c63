package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import java.util.Optional;
import java.util.function.Function;

/** The rules of form of one dialect: what its metadata, keys and signatures look like. */
public interface MetadataDialect {
  /** Which dialect this is. */
  Dialect dialect();

  /**
   * The metadata of {@code role} that {@code signed} says. The role is that of the key: content
   * never chooses it.
   *
   * @param signed the {@code signed} object, without envelope
   * @throws RefusedException for the first rule of form they break
   */
  OnlineMetadata parse(Role role, byte[] signed, FormOptions options);

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

  /** The key object as it stands in a root: what {@link #keyId} is the digest of. */
  JsonObject keyObject(Algorithm algorithm, byte[] subjectPublicKeyInfo);

  /** The {@code keytype} of {@link #keyObject}. */
  String keyType(Algorithm algorithm);

  /** The name of the signature method, as it is written; in TUF 1.0 the scheme. */
  String method(Algorithm algorithm);

  /** The signature, as it is written. */
  String encode(Algorithm algorithm, RawSignature signature);

  /**
   * Digests and length of the file that will be served once it has this one signature, which the
   * next metadata will name; empty where the trust server chooses the form of the file.
   */
  Optional<MetaFile> servedFile(
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

  /**
   * Checks that {@code snapshot} is the file that {@code timestamp} names, of right form, and
   * signed by known snapshot keys (RULES NT-5, TT-4). Whether it has expired and how its version
   * stands to what was signed before is judged elsewhere.
   *
   * @throws RefusedException {@code SNAPSHOT_MISMATCH} if it is another file, else as {@link
   *     #verifyEnvelope}
   */
  VerifiedEnvelope verifySnapshot(
      OnlineMetadata timestamp,
      byte[] snapshot,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys);
}
