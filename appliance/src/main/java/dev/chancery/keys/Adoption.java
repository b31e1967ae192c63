package dev.chancery.keys;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.TokenPlace;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.NewKey;
import dev.chancery.metadata.MetadataDialects;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the keys of an old signer on the record, as foreign or imported, which they stay for ever.
 * Quotas are about keys that trust servers ask for and do not apply. For one thread at a time.
 */
final class Adoption {
  private final SigningToken token;
  private final Ledger ledger;
  private final KeyRegistry registry;
  private final KeyAccess access;
  private final InstantSource clock;

  Adoption(
      SigningToken token,
      Ledger ledger,
      KeyRegistry registry,
      KeyAccess access,
      InstantSource clock) {
    this.token = token;
    this.ledger = ledger;
    this.registry = registry;
    this.access = access;
    this.clock = clock;
  }

  /** The key on the record as foreign; the one that is there already if it is the same. */
  KeyRecord adopt(Caller caller, OldKey key) {
    Optional<KeyRecord> known = known(caller, key, KeyMode.FOREIGN);
    if (known.isPresent()) {
      return known.get();
    }
    KeyRecord record =
        Keys.joined(
            ledger.addKey(newKey(caller, key, KeyMode.FOREIGN, null), () -> elsewhere(key)));
    registry.registerForeign(record);
    return record;
  }

  /** The key in the token and on the record as imported; the one that is there already. */
  KeyRecord importKey(Caller caller, OldKey key, byte[] pkcs8, String tokenKeyId) {
    Optional<KeyRecord> known = known(caller, key, KeyMode.IMPORTED);
    if (known.isPresent()) {
      return known.get();
    }
    // A key that could not be put on the record would stay in the token, known to nobody.
    Keys.joined(ledger.probe(clock.instant()));
    TokenKey put =
        token.importKey(KeySpecs.of(key.algorithm()), tokenKeyId, pkcs8, key.publicKey().der());
    KeyRecord record =
        Keys.joined(
            ledger.addKey(
                newKey(caller, key, KeyMode.IMPORTED, Keys.place(token, put)),
                () -> elsewhere(key)));
    registry.register(record, put);
    return record;
  }

  private Optional<KeyRecord> known(Caller caller, OldKey key, KeyMode mode) {
    requireReadable(caller, key);
    Optional<KeyRecord> known = registry.find(id(key)).map(BoundKey::record);
    known
        .filter(record -> !isThat(record, key, mode))
        .ifPresent(
            record -> {
              throw refused(
                  caller,
                  "key " + record.id() + ", which is on the record already",
                  "the same again: "
                      + record.mode().id()
                      + ", "
                      + record.role().id()
                      + " of "
                      + Quote.of(record.repository().value()));
            });
    return known;
  }

  /** The key, if another node has put it on the record meanwhile. */
  private Optional<KeyRecord> elsewhere(OldKey key) {
    return registry.there(id(key)).map(BoundKey::record);
  }

  private static boolean isThat(KeyRecord record, OldKey key, KeyMode mode) {
    return record.mode() == mode
        && record.dialect() == key.dialect()
        && record.repository().equals(key.repository())
        && record.role() == key.role();
  }

  private void requireReadable(Caller caller, OldKey key) {
    try {
      var _ = VerificationKey.parse(key.algorithm(), key.publicKey().der());
    } catch (IllegalArgumentException e) {
      throw refused(
          caller,
          "a public key that is not one of algorithm " + key.algorithm().id(),
          "DER SubjectPublicKeyInfo of that algorithm");
    }
  }

  private RefusedException refused(Caller caller, String observed, String allowed) {
    return access.recorded(
        caller,
        Operation.ADOPT_KEY,
        null,
        new RefusedException(
            Refusal.REQUEST_INVALID, observed, allowed, "compare with the old signer's record"));
  }

  private NewKey newKey(Caller caller, OldKey key, KeyMode mode, @Nullable TokenPlace place) {
    return new NewKey(
        id(key),
        key.dialect(),
        key.repository(),
        key.role(),
        key.algorithm(),
        mode,
        place,
        key.publicKey(),
        clock.instant(),
        caller.name());
  }

  private static KeyId id(OldKey key) {
    return MetadataDialects.of(key.dialect()).keyId(key.algorithm(), key.publicKey().der());
  }
}
