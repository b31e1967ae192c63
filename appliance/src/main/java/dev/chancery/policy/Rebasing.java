package dev.chancery.policy;

import dev.chancery.api.MetaFile;
import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.Timestamp;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The state of a key that is set to a document by word of its keepers and not by an admission: a
 * re-base or the import of a watermark (RULES F-5).
 */
public final class Rebasing {
  private Rebasing() {}

  /**
   * The state of a key whose last known document is {@code document}, and of which nothing else is
   * known any more: no predecessor, no link, no file seen. Its budgets are full again, since
   * whoever used them up may be the reason.
   *
   * @param before the key's state so far; of it remains by when its snapshots are dated
   * @param history knows the snapshots signed here, one of which a timestamp may name
   * @param sequence the row that says so
   * @param resumed whether what was signed after the document may be unknown
   */
  public static KeyState onto(
      OnlineMetadata document, KeyState before, History history, long sequence, boolean resumed) {
    Frontier at =
        switch (document) {
          case NotaryMetadata notary -> frontier(notary, history, sequence);
          case TufMetadata tuf -> Frontier.of(tuf);
        };
    return state(document.version(), first(before, sequence), at, resumed);
  }

  private static Frontier frontier(NotaryMetadata document, History history, long sequence) {
    Map<String, Carried> carried = new HashMap<>();
    for (Map.Entry<String, MetaFile> entry : document.meta().entrySet()) {
      carried.put(entry.getKey(), new Carried(entry.getValue().sha256(), sequence));
    }
    SnapshotOrder named =
        document instanceof Timestamp timestamp ? LinkRules.named(history, timestamp) : null;
    return Frontier.NONE.with(document.version().number(), carried, named);
  }

  /**
   * The state of a key that signed some document of {@code version} elsewhere, which nobody has
   * shown: what it named is not known, so the next version is compared with nothing.
   *
   * @param before as in {@link #onto}, {@code sequence} and {@code resumed} likewise
   */
  public static KeyState ontoUnseen(
      Version version, KeyState before, long sequence, boolean resumed) {
    // One content that lacks every name: then a name that others have is not in all.
    Frontier unseen = new Frontier(version.number(), 1, Map.of(), false, null);
    return state(version, first(before, sequence), unseen, resumed);
  }

  private static long first(KeyState before, long sequence) {
    return before.watermark() == null ? sequence : before.firstSequence();
  }

  private static KeyState state(Version version, long firstSequence, Frontier at, boolean resumed) {
    return new KeyState(
        version,
        firstSequence,
        Instant.EPOCH,
        0,
        Bucket.FULL,
        Bucket.FULL,
        Frontier.NONE,
        at,
        resumed);
  }
}
