package dev.chancery.migrate;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of notary-signer's table {@code private_keys}, without its private half. notary-signer
 * checks nothing it is asked for, so any of it may be no key that can be used here: {@link #usable}
 * tells.
 *
 * @param algorithm {@code ecdsa}, {@code ed25519} or {@code rsa}
 * @param alias of the passphrase that encrypts the private half
 * @param publicKey standard base64, as in a Notary key object (RULES K-N1)
 * @param created as the table has it: the time of day where notary-signer ran, without a zone
 * @param lastUsed likewise; null if it never signed
 * @param deleted likewise; null unless DeleteKey was called for it
 */
public record SignerKey(
    String keyId,
    String gun,
    String role,
    String algorithm,
    String alias,
    String publicKey,
    @Nullable LocalDateTime created,
    @Nullable LocalDateTime lastUsed,
    @Nullable LocalDateTime deleted) {
  /** A key that can be put on the record: its id was computed from it and is the one in the row. */
  public record Usable(
      KeyId id, RepositoryName repository, Role role, Algorithm algorithm, PublicKeyInfo key) {}

  /**
   * The key as it can be used here.
   *
   * @throws IllegalArgumentException saying why it cannot
   */
  public Usable usable() {
    RepositoryName repository = new RepositoryName(gun);
    Role known = Role.of(role);
    MetadataDialect notary = MetadataDialects.of(Dialect.NOTARY);
    VerificationKey key = parsed(notary, Base64.getDecoder().decode(publicKey));
    KeyId computed = notary.keyId(key.algorithm(), key.subjectPublicKeyInfo());
    if (!computed.hex().equals(keyId)) {
      throw new IllegalArgumentException("its id is not that of its public key");
    }
    return new Usable(
        computed,
        repository,
        known,
        key.algorithm(),
        new PublicKeyInfo(key.subjectPublicKeyInfo()));
  }

  private VerificationKey parsed(MetadataDialect notary, byte[] encoded) {
    List<Algorithm> candidates =
        Arrays.stream(Algorithm.values())
            .filter(each -> each.notaryKeyType().equals(algorithm))
            .toList();
    IllegalArgumentException why =
        new IllegalArgumentException("it is no ecdsa, ed25519 or rsa key");
    for (Algorithm candidate : candidates) {
      try {
        return VerificationKey.parse(candidate, notary.subjectPublicKeyInfo(candidate, encoded));
      } catch (IllegalArgumentException e) {
        why = e;
      }
    }
    throw why;
  }
}
