package dev.chancery.signing;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedNote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Holds what a token keeps under the checkpoint's label against a ledger. Pure. */
final class AnchorCheck {
  private static final String REMEDY =
      "stop every other copy of this ledger; if this one is to go on, it is re-based: chancery"
          + " rebase ledger";

  /**
   * What the ledger says of itself, read after the token was.
   *
   * @param size how many rows it has
   * @param epoch the highest on its record; 0 if it has no checkpoint
   * @param keys its audit keys
   * @param rowHash the hash of a row that it has
   */
  record Known(
      String ledgerId,
      long size,
      long epoch,
      List<NoteKey> keys,
      LongFunction<Optional<Sha256>> rowHash) {}

  /**
   * What came of it.
   *
   * @param anchor the highest checkpoint that one of the ledger's keys signed
   * @param refusal why this ledger may not go on
   */
  record Verdict(@Nullable Checkpoint anchor, @Nullable RefusedException refusal) {}

  private AnchorCheck() {}

  static Verdict judge(List<byte[]> values, Known ledger) {
    List<Checkpoint> signed = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (byte[] value : values) {
      try {
        signed.add(Checkpoint.open(value, ledger.keys()).checkpoint());
      } catch (AuditException e) {
        others.add(other(value, ledger.ledgerId(), e));
      }
    }
    Optional<Checkpoint> anchor =
        signed.stream()
            .max(
                Comparator.comparingLong(Checkpoint::epoch)
                    .thenComparingLong(Checkpoint::treeSize));
    if (anchor.isPresent()) {
      return new Verdict(anchor.get(), against(anchor.get(), ledger));
    }
    if (!others.isEmpty()) {
      return refused(null, others.getFirst(), "one that an audit key of this ledger signed");
    }
    // A first start may end between its row and the object; a second start found an object.
    return ledger.epoch() <= 1
        ? new Verdict(null, null)
        : refused(
            null,
            "the token holds no checkpoint, and this ledger has made some in "
                + ledger.epoch()
                + " epochs",
            "the checkpoint it left in the token");
  }

  private static @Nullable RefusedException against(Checkpoint anchor, Known ledger) {
    String says =
        "the token's checkpoint is of "
            + anchor.treeSize()
            + " rows and epoch "
            + anchor.epoch()
            + ", ";
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
    if (!ledger.rowHash().apply(anchor.treeSize() - 1).equals(Optional.of(anchor.headHash()))) {
      return refusal(
          says + "row " + (anchor.treeSize() - 1) + " of this ledger is another one: a fork",
          "the row with hash " + anchor.headHash().hex());
    }
    return null;
  }

  private static String other(byte[] value, String ledgerId, AuditException problem) {
    try {
      Checkpoint read = Checkpoint.parse(SignedNote.parse(value).text());
      if (!read.ledgerId().equals(ledgerId)) {
        return "the token's checkpoint is of another ledger, " + Quote.ascii(read.ledgerId(), 64);
      }
    } catch (AuditException e) {
      // Not a checkpoint at all: the first problem says so.
    }
    return "the token's checkpoint cannot be trusted: "
        + Quote.ascii(String.valueOf(problem.getMessage()), 120);
  }

  private static Verdict refused(@Nullable Checkpoint anchor, String observed, String allowed) {
    return new Verdict(anchor, refusal(observed, allowed));
  }

  private static RefusedException refusal(String observed, String allowed) {
    return new RefusedException(Refusal.LEDGER_ROLLED_BACK, observed, allowed, REMEDY);
  }
}
