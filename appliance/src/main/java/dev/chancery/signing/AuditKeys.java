package dev.chancery.signing;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.Ledger;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key in the token that signs checkpoints and nothing else: Ed25519, or ECDSA P-256 where the
 * token has none. For one thread at a time.
 */
public final class AuditKeys {
  private static final Logger LOG = LoggerFactory.getLogger(AuditKeys.class);
  private static final int KEY_ID_BYTES = 12;

  private final SigningToken token;
  private final Ledger ledger;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * The audit keys of {@code ledger} in {@code token}.
   *
   * @param random makes the id of a new one
   */
  public AuditKeys(SigningToken token, Ledger ledger, InstantSource clock, RandomGenerator random) {
    this.token = token;
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes one and puts it on the record. Takes one signature, for the key's certificate.
   *
   * @param actor who the row says made it
   * @throws dev.chancery.hsm.TokenException if the token is away or makes none
   * @throws dev.chancery.ledger.LedgerException if the ledger cannot be written
   */
  public AuditKey make(String actor) {
    boolean edwards = token.supported().contains(KeySpec.ED25519);
    byte[] bytes = new byte[KEY_ID_BYTES];
    random.nextBytes(bytes);
    TokenKey made =
        token.generate(
            edwards ? KeySpec.ED25519 : KeySpec.EC_P256,
            "audit-" + HexFormat.of().formatHex(bytes));
    AuditKey key =
        new AuditKey(
            edwards ? Algorithm.ED25519 : Algorithm.ECDSA,
            Keys.place(token, made),
            new PublicKeyInfo(made.subjectPublicKeyInfo()),
            clock.instant());
    if (!edwards) {
      LOG.warn(
          "the token has no Ed25519: checkpoints are signed with ECDSA P-256, which witnesses of"
              + " C2SP do not read");
    }
    Keys.joined(ledger.addAuditKey(key, actor));
    return key;
  }

  /** The one in use, if the token has it as it is on the record. */
  Optional<AuditKey> usable() {
    List<AuditKey> keys = ledger.auditKeys();
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    AuditKey key = keys.getLast();
    Optional<AuditKey> usable =
        token
            .find(key.place().keyId())
            .filter(found -> Arrays.equals(found.subjectPublicKeyInfo(), key.publicKey().der()))
            .filter(found -> KeyRegistry.fingerprint(found).equals(key.place().attributes()))
            .map(found -> key);
    if (usable.isEmpty()) {
      LOG.warn("the token has not got the audit key {}: a new one is made", key.id());
    }
    return usable;
  }
}
