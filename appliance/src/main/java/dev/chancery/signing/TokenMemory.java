package dev.chancery.signing;

import dev.chancery.api.RefusedException;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.LedgerReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a token remembers of the ledger it was used with, read once and changed in nothing. */
public final class TokenMemory {
  private final List<byte[]> values;
  private final boolean keepsData;

  private TokenMemory(List<byte[]> values, boolean keepsData) {
    this.values = values;
    this.keepsData = keepsData;
  }

  /**
   * Reads it.
   *
   * @throws TokenException if the token is away
   */
  public static TokenMemory of(SigningToken token) {
    try {
      return new TokenMemory(token.data(Checkpoints.LABEL), true);
    } catch (TokenException e) {
      if (!e.ckr().equals("DATA_UNSUPPORTED")) {
        throw e;
      }
      return new TokenMemory(List.of(), false);
    }
  }

  /** Whether the token keeps data objects at all. */
  public boolean keepsData() {
    return keepsData;
  }

  /** The ledgers whose checkpoints are in the token, whoever signed them. */
  public List<String> ledgerIds() {
    List<String> ids = new ArrayList<>();
    for (byte[] value : values) {
      try {
        ids.add(Checkpoint.parse(SignedNote.parse(value).text()).ledgerId());
      } catch (AuditException e) {
        // Not a checkpoint: the start of a server says so.
      }
    }
    return ids;
  }

  /**
   * What a server will find when it starts on a ledger with this token.
   *
   * @param refusal LEDGER_ROLLED_BACK; null if it will sign at once
   * @param rows how many rows the token knows of; 0 if of none
   * @param epoch the epoch it knows of
   */
  public record Outlook(@Nullable RefusedException refusal, long rows, long epoch) {}

  /**
   * Holds it against a ledger.
   *
   * @param kept checkpoints that were kept outside the token
   */
  public Outlook outlook(LedgerReader ledger, List<KeptCheckpoint> kept) {
    return ledger.anchor(
        state -> {
          AnchorCheck.Verdict verdict = AnchorCheck.judge(values, keepsData, kept, state);
          Optional<Checkpoint> anchor = Optional.ofNullable(verdict.anchor());
          return new Outlook(
              verdict.refusal(),
              anchor.map(Checkpoint::treeSize).orElse(0L),
              anchor.map(Checkpoint::epoch).orElse(0L));
        });
  }
}
