package dev.chancery.signing;

import dev.chancery.api.RawSignature;
import dev.chancery.audit.BackupSeal;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.AuditKey;
import java.nio.charset.StandardCharsets;

/** The audit key in use: on the record, and in the token. */
record CheckpointSigner(SigningToken token, AuditKey key, NoteKey note, TokenKey tokenKey) {
  /**
   * The signer with {@code key}.
   *
   * @throws TokenException KEY_LOST if the token has not got it
   */
  static CheckpointSigner of(SigningToken token, AuditKey key, String ledgerId) {
    TokenKey tokenKey =
        token
            .find(key.place().keyId())
            .orElseThrow(
                () ->
                    new TokenException("KEY_LOST", "the audit key just made is not in the token"));
    return new CheckpointSigner(token, key, key.noteKey(ledgerId), tokenKey);
  }

  /**
   * Has the token sign, and verifies what it gave.
   *
   * @throws TokenException SIGNATURE_INVALID, or if the token is away
   */
  RawSignature sign(Checkpoint checkpoint) {
    return sign(checkpoint.text());
  }

  /**
   * Has the token seal a backup, as {@link #sign} does a checkpoint.
   *
   * @throws TokenException SIGNATURE_INVALID, or if the token is away
   */
  SignedNote seal(BackupSeal seal) {
    return seal.signed(note, sign(seal.text()));
  }

  private RawSignature sign(String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    RawSignature signature = new RawSignature(Keys.joined(token.sign(tokenKey, message)));
    if (!note.verifies(text, signature)) {
      throw new TokenException("SIGNATURE_INVALID", "the audit key's signature does not verify");
    }
    return signature;
  }

  SignedCheckpoint noted(Checkpoint checkpoint, RawSignature signature) {
    return new SignedCheckpoint(checkpoint, checkpoint.signed(note, signature));
  }
}
