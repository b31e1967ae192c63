package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Version;
import java.util.List;

/**
 * Keys to be set to documents under one approval (DESIGN section 5).
 *
 * @param targets at most one for each key
 * @param judgeOnly whether only to say what would be refused
 */
public record Rebase(List<Target> targets, Approval approval, String reason, boolean judgeOnly) {
  /**
   * One key.
   *
   * @param from the watermark it must have
   * @param document what it is set to; a signature of it under this key was verified
   */
  public record Target(KeyRecord key, Version from, OnlineMetadata document) {}

  public Rebase {
    targets = List.copyOf(targets);
  }
}
