package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.audit.NoteKey;
import java.time.Instant;

/**
 * A key in the token that signs checkpoints and nothing else.
 *
 * @param algorithm Ed25519; ECDSA P-256 where the token has none
 */
public record AuditKey(
    Algorithm algorithm, TokenPlace place, PublicKeyInfo publicKey, Instant created) {
  /** SHA-256 of the DER SubjectPublicKeyInfo: how rows name it. */
  public Sha256 id() {
    return Sha256.of(publicKey.der());
  }

  /** The key as it signs checkpoints of the ledger {@code ledgerId}. */
  public NoteKey noteKey(String ledgerId) {
    return NoteKey.of(ledgerId, algorithm, publicKey.der());
  }
}
