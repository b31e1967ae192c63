package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Quote;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.TufTimestamp;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** TUF 1.0, as python-tuf, go-tuf, tuf-js and sigstore speak it (RULES sections 4 and 5). */
public final class TufDialect implements MetadataDialect {
  TufDialect() {}

  @Override
  public Dialect dialect() {
    return Dialect.TUF;
  }

  @Override
  public TufMetadata parse(Role role, byte[] signed, FormOptions options) {
    return TufSigned.parse(role, signed, options.tuf());
  }

  @Override
  public byte[] publicKey(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return subjectPublicKeyInfo.clone();
  }

  @Override
  public byte[] subjectPublicKeyInfo(Algorithm algorithm, byte[] publicKey) {
    return publicKey.clone();
  }

  @Override
  public KeyId keyId(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return TufKeys.keyId(algorithm, subjectPublicKeyInfo);
  }

  @Override
  public JsonObject keyObject(Algorithm algorithm, byte[] subjectPublicKeyInfo) {
    return TufKeys.keyObject(algorithm, subjectPublicKeyInfo);
  }

  @Override
  public String keyType(Algorithm algorithm) {
    return TufKeys.keyType(algorithm);
  }

  @Override
  public String method(Algorithm algorithm) {
    return TufKeys.scheme(algorithm);
  }

  @Override
  public String encode(Algorithm algorithm, RawSignature signature) {
    return TufKeys.encode(algorithm, signature);
  }

  @Override
  public Optional<MetaFile> servedFile(
      OnlineMetadata metadata, KeyId key, Algorithm algorithm, RawSignature signature) {
    return Optional.empty();
  }

  @Override
  public VerifiedEnvelope verifyEnvelope(
      byte[] envelope,
      Role role,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    String what = "the " + role.id() + " file";
    TufEnvelope read =
        TufEnvelope.read(
            what, envelope, TufSigned.maxFileBytes(role), TufSigned.text(options.tuf()));
    TufMetadata metadata = TufSigned.of(role, read.signed(), options.tuf());
    List<KeyId> signers = read.signers(keys);
    if (signers.isEmpty()) {
      throw new RefusedException(
          Refusal.KEY_UNKNOWN,
          what + " without a signature by a key known for the " + role.id() + " role",
          "one signature or more by such keys",
          "register that key for this repository, or send the right file");
    }
    return new VerifiedEnvelope(metadata, signers, describe(envelope));
  }

  @Override
  public VerifiedEnvelope verifySnapshot(
      OnlineMetadata timestamp,
      byte[] snapshot,
      FormOptions options,
      Function<KeyId, Optional<VerificationKey>> keys) {
    MetaFile file = describe(snapshot);
    var named = ((TufTimestamp) timestamp).snapshot();
    if (named.length() != null) {
      check("length", named.length().toString(), Long.toString(file.length()));
    }
    if (named.sha256() != null) {
      check("sha256", named.sha256().hex(), file.sha256().hex());
    }
    if (named.sha512() != null) {
      check("sha512", named.sha512().toString(), String.valueOf(file.sha512()));
    }
    VerifiedEnvelope verified = verifyEnvelope(snapshot, Role.SNAPSHOT, options, keys);
    check("version", named.version().toString(), verified.metadata().version().toString());
    return verified;
  }

  private static void check(String what, String named, String actual) {
    if (!named.equals(actual)) {
      throw new RefusedException(
          Refusal.SNAPSHOT_MISMATCH,
          "a snapshot file with " + what + " " + Quote.of(actual),
          what + " " + Quote.of(named) + ", as the timestamp says",
          "send the snapshot file exactly as it will be served");
    }
  }

  private static MetaFile describe(byte[] file) {
    return new MetaFile(Sha256.of(file), Sha512.of(file), file.length);
  }
}
