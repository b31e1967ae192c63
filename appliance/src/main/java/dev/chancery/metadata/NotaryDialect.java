package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Role;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Notary v1, the form of Docker Content Trust (RULES sections 2 and 3). */
public final class NotaryDialect implements MetadataDialect {
  NotaryDialect() {}

  @Override
  public Dialect dialect() {
    return Dialect.NOTARY;
  }

  @Override
  public OnlineMetadata parse(Role role, byte[] signed, FormOptions options) {
    return switch (role) {
      case TIMESTAMP -> timestamp(signed, options);
      case SNAPSHOT -> snapshot(signed, options);
    };
  }

  /** {@link #parse} of a timestamp. */
  public Timestamp timestamp(byte[] signed, FormOptions options) {
    return NotarySigned.timestamp(signed, options);
  }

  /** {@link #parse} of a snapshot. */
  public Snapshot snapshot(byte[] signed, FormOptions options) {
    return NotarySigned.snapshot(signed, options);
  }

  @Override
  public byte[] publicKey(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return NotaryKeys.publicKey(algorithm, subjectPublicKeyInfo);
  }

  @Override
  public byte[] subjectPublicKeyInfo(Algorithm algorithm, byte[] publicKey) {
    return NotaryKeys.subjectPublicKeyInfo(algorithm, publicKey);
  }

  @Override
  public KeyId keyId(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return NotaryKeys.keyId(algorithm, subjectPublicKeyInfo);
  }

  @Override
  public JsonObject keyObject(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return NotaryKeys.keyObject(algorithm, subjectPublicKeyInfo);
  }

  @Override
  public String keyType(Algorithm algorithm) {
    return algorithm.notaryKeyType();
  }

  @Override
  public String method(Algorithm algorithm) {
    return algorithm.notaryMethod();
  }

  @Override
  public String encode(Algorithm algorithm, RawSignature signature) {
    return signature.base64();
  }

  /** The whole file the trust server will serve once it has this one signature. */
  public byte[] envelope(
      OnlineMetadata metadata, KeyId key, Algorithm algorithm, RawSignature signature) {
    return NotaryEnvelope.bytes(
        metadata.canonical(),
        List.of(new NotaryEnvelope.Signature(key, method(algorithm), signature)));
  }

  @Override
  public Optional<MetaFile> servedFile(
      OnlineMetadata metadata, KeyId key, Algorithm algorithm, RawSignature signature) {
    return Optional.of(NotaryEnvelope.describe(envelope(metadata, key, algorithm, signature)));
  }

  @Override
  public VerifiedEnvelope verifyEnvelope(
      byte[] envelope,
      Role role,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    return new NotaryEnvelope(role, options).verify(envelope, keys);
  }

  @Override
  public VerifiedEnvelope verifySnapshot(
      OnlineMetadata timestamp,
      byte[] snapshot,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    return NotarySnapshotFile.verify((Timestamp) timestamp, snapshot, options, keys);
  }
}
