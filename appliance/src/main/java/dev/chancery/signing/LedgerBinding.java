package dev.chancery.signing;

import dev.chancery.api.RefusedException;
import dev.chancery.hsm.TokenException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the ledger is the one that the token's checkpoint says was here last (DESIGN section 5).
 * The gate in the path of a signature: closed until the checkpoint was read, and for good once it
 * said that this ledger was rolled back, forked or copied. Safe for many threads.
 */
public final class LedgerBinding {
  private static final String NOT_READ = "the checkpoint in the token has not been read yet";

  private volatile boolean bound;
  private volatile @Nullable RefusedException refusal;
  private volatile long due = Long.MAX_VALUE;
  private volatile @Nullable Runnable whenDue;

  private LedgerBinding(boolean bound) {
    this.bound = bound;
  }

  /** A gate that opens when the token's checkpoint was found to fit. */
  public static LedgerBinding closed() {
    return new LedgerBinding(false);
  }

  /** An open gate, for a ledger that no token knows. */
  public static LedgerBinding open() {
    return new LedgerBinding(true);
  }

  /**
   * Makes sure that the ledger is bound.
   *
   * @throws RefusedException LEDGER_ROLLED_BACK
   * @throws TokenException LEDGER_UNBOUND if the token's checkpoint has not been read yet
   */
  void require() {
    RefusedException no = refusal;
    if (no != null) {
      throw no;
    }
    if (!bound) {
      throw new TokenException("LEDGER_UNBOUND", NOT_READ);
    }
  }

  /** Why nothing may be signed, or empty. */
  public Optional<String> distrust() {
    RefusedException no = refusal;
    if (no != null) {
      return Optional.of(no.reason() + ": " + no.observed());
    }
    return bound ? Optional.empty() : Optional.of(NOT_READ);
  }

  /** Tells that a row was written; beyond {@link #dueAt} a checkpoint is asked for. */
  void recorded(long sequence) {
    Runnable work = whenDue;
    if (sequence >= due && work != null) {
      due = Long.MAX_VALUE;
      work.run();
    }
  }

  /** From row {@code sequence} on, once, {@code work} is to be run; it must not wait. */
  void dueAt(long sequence, Runnable work) {
    whenDue = work;
    due = sequence;
  }

  /** Opens the gate, unless it was closed for good. */
  void bind() {
    bound = true;
  }

  /** Closes the gate until {@link #rebased}. */
  void refuse(RefusedException no) {
    refusal = no;
  }

  /** The operator's word that this ledger goes on stands on the record. */
  void rebased() {
    refusal = null;
  }
}
