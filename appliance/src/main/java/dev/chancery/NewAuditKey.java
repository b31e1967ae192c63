package dev.chancery;

import dev.chancery.config.LedgerConfig;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.StoredLedger;
import dev.chancery.signing.AuditKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;

/** The audit key of a new appliance: made before its first start, so that it can be handed out. */
public final class NewAuditKey {
  private static final String ACTOR = "chancery";

  private NewAuditKey() {}

  /**
   * Makes the key in the token and puts it on the record of {@code place}, a new ledger.
   *
   * @return its C2SP verifier key
   */
  public static String make(TokenConfig token, LedgerConfig place, Instant now) {
    try (Pkcs11Token opened = ConfiguredToken.open(token, Map.of());
        StoredLedger ledger = ConfiguredLedger.open(place, () -> now)) {
      AuditKey key = new AuditKeys(opened, ledger, () -> now, new SecureRandom()).make(ACTOR);
      return key.noteKey(ledger.head().ledgerId()).vkey();
    }
  }
}
