package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.RefusedException;
import java.util.List;

/** What became of a list: all of it was done, or nothing. */
public sealed interface BulkOutcome {
  /**
   * All was done, or would be.
   *
   * @param changed keys whose state changed
   * @param unchanged keys that were so already
   */
  record Done(int changed, int unchanged) implements BulkOutcome {}

  /**
   * Nothing was done.
   *
   * @param refusals one for each entry that was refused, at least one
   */
  record Refused(List<Entry> refusals) implements BulkOutcome {
    public Refused {
      refusals = List.copyOf(refusals);
    }
  }

  /** Why one entry was refused. */
  record Entry(KeyId key, RefusedException refusal) {}
}
