package dev.chancery.signing;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.ledger.AnchorState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a token keeps under the checkpoint's label, and what others kept, against a ledger.
 */
final class AnchorCheck {
  private static final String REMEDY =
      "stop every other copy of this ledger; if this one is to go on, it is re-based: chancery"
          + " rebase ledger";
  private static final String TOKENS = "the token's checkpoint";
  private static final String SIGNED_HERE = "one that an audit key of this ledger signed";

  /**
   * How far ahead a copy can be: a start each second for thirty years. Beyond that somebody had the
   * token sign what never was; a re-base goes on after the epoch it gives up, and would soon have
   * none left.
   */
  private static final long MOST_EPOCHS = 1_000_000_000;

  private static final Comparator<Checkpoint> NEWEST_LAST =
      Comparator.comparingLong(Checkpoint::epoch).thenComparingLong(Checkpoint::treeSize);

  /**
   * What came of it.
   *
   * @param anchor the highest checkpoint that one of the ledger's keys signed
   * @param refusal why this ledger may not go on
   */
  record Verdict(@Nullable Checkpoint anchor, @Nullable RefusedException refusal) {}

  private AnchorCheck() {}

  /**
   * Judges.
   *
   * @param values what the token holds
   * @param keepsData whether it would hold any
   * @param kept checkpoints that were kept elsewhere
   */
  static Verdict judge(
      List<byte[]> values, boolean keepsData, List<KeptCheckpoint> kept, AnchorState ledger) {
    Verdict token = inToken(values, keepsData, ledger);
    Checkpoint newest = token.anchor();
    RefusedException refusal = token.refusal();
    for (KeptCheckpoint each : kept) {
      Verdict elsewhere = elsewhere(each, ledger);
      newest = newer(newest, elsewhere.anchor());
      refusal = refusal == null ? elsewhere.refusal() : refusal;
    }
    return new Verdict(newest, refusal);
  }

  private static Verdict inToken(List<byte[]> values, boolean keepsData, AnchorState ledger) {
    Checkpoint anchor = null;
    List<String> others = new ArrayList<>();
    for (byte[] value : values) {
      try {
        anchor = newer(anchor, opened(value, ledger));
      } catch (AuditException e) {
        others.add(other(TOKENS, value, ledger.ledgerId(), e));
      }
    }
    if (anchor != null) {
      return new Verdict(anchor, against(TOKENS, anchor, ledger));
    }
    if (!others.isEmpty()) {
      return refused(others.getFirst(), SIGNED_HERE);
    }
    // A first start may end between its row and the object; a second start found an object.
    return !keepsData || ledger.epoch() <= 1
        ? new Verdict(null, null)
        : refused(
            "the token holds no checkpoint, and this ledger has made some in "
                + ledger.epoch()
                + " epochs",
            "the checkpoint it left in the token");
  }

  private static Verdict elsewhere(KeptCheckpoint kept, AnchorState ledger) {
    String what = "the checkpoint in " + Quote.ascii(kept.where(), 200);
    try {
      Checkpoint read = opened(kept.note(), ledger);
      // An operator's word gave up all that was known until then.
      return read.epoch() <= ledger.givenUp()
          ? new Verdict(null, null)
          : new Verdict(read, against(what, read, ledger));
    } catch (AuditException e) {
      return refused(other(what, kept.note(), ledger.ledgerId(), e), SIGNED_HERE);
    }
  }

  private static Checkpoint opened(byte[] note, AnchorState ledger) {
    Checkpoint read = Checkpoint.open(note, ledger.keys()).checkpoint();
    if (read.epoch() - ledger.epoch() > MOST_EPOCHS) {
      throw new AuditException("epoch " + read.epoch() + " is impossible");
    }
    return read;
  }

  private static @Nullable Checkpoint newer(@Nullable Checkpoint one, @Nullable Checkpoint two) {
    if (one == null || two == null) {
      return one == null ? two : one;
    }
    return NEWEST_LAST.compare(one, two) < 0 ? two : one;
  }

  private static @Nullable RefusedException against(
      String what, Checkpoint anchor, AnchorState ledger) {
    String says = what + " is of " + anchor.treeSize() + " rows and epoch " + anchor.epoch() + ", ";
    if (anchor.epoch() > ledger.epoch()) {
      return refusal(
          says + "this ledger knows of epoch " + ledger.epoch() + " alone: a copy, or restored",
          "epoch " + anchor.epoch() + " or later on this ledger's record");
    }
    if (anchor.treeSize() > ledger.size()) {
      return refusal(
          says + "this ledger has " + ledger.size() + " rows: the later ones are gone",
          anchor.treeSize() + " rows or more");
    }
    if (!isBeginning(anchor, ledger)) {
      return refusal(
          says + "row " + (anchor.treeSize() - 1) + " of this ledger is another one: a fork",
          "the row with hash " + anchor.headHash().hex());
    }
    return null;
  }

  /** Whether the ledger begins with what {@code anchor} covers, which is no longer than it. */
  private static boolean isBeginning(Checkpoint anchor, AnchorState ledger) {
    return ledger
        .rowHash()
        .apply(anchor.treeSize() - 1)
        .map(head -> head.equals(anchor.headHash()))
        // The row may be archived; the tree over it stays.
        .or(() -> ledger.root().apply(anchor.treeSize()).map(anchor.rootHash()::equals))
        // Of a block that a segment cut neither is left. The segment's own checkpoint was verified.
        .orElse(anchor.treeSize() <= ledger.swept());
  }

  private static String other(String what, byte[] value, String ledgerId, AuditException problem) {
    try {
      Checkpoint read = Checkpoint.parse(SignedNote.parse(value).text());
      if (!read.ledgerId().equals(ledgerId)) {
        return what + " is of another ledger, " + Quote.ascii(read.ledgerId(), 64);
      }
    } catch (AuditException e) {
      // Not a checkpoint at all: the first problem says so.
    }
    return what + " cannot be trusted: " + Quote.ascii(String.valueOf(problem.getMessage()), 120);
  }

  private static Verdict refused(String observed, String allowed) {
    return new Verdict(null, refusal(observed, allowed));
  }

  private static RefusedException refusal(String observed, String allowed) {
    return new RefusedException(Refusal.LEDGER_ROLLED_BACK, observed, allowed, REMEDY);
  }
}
