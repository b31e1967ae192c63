package dev.chancery.signing;

import dev.chancery.audit.SignedNote;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import java.util.List;

/** The place in the token where the newest checkpoint is. For one thread at a time. */
final class TokenAnchor {
  /** The label of an object that only shows whether this token keeps any. */
  private static final String TRIAL = "chancery-trial";

  private final SigningToken token;
  private boolean tried;
  private boolean unsupported;

  TokenAnchor(SigningToken token) {
    this.token = token;
  }

  /** Whether the token keeps data objects, as far as is known. */
  boolean isKept() {
    return !unsupported;
  }

  /** The values there; none where the token keeps no data objects. */
  List<byte[]> values() {
    try {
      List<byte[]> values = token.data(Checkpoints.LABEL);
      if (values.isEmpty() && !tried && !unsupported) {
        // A search finds nothing in a token that keeps no such objects; only writing tells.
        token.replaceData(TRIAL, new byte[] {1});
        tried = true;
      }
      return values;
    } catch (TokenException e) {
      if (!e.ckr().equals("DATA_UNSUPPORTED")) {
        throw e;
      }
      unsupported = true;
      return List.of();
    }
  }

  /** Puts {@code note} in the place of all that is there. */
  void put(SignedNote note) {
    if (!unsupported) {
      token.replaceData(Checkpoints.LABEL, note.bytes());
    }
  }
}
