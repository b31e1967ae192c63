package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import java.util.List;
import java.util.Set;

/** Is told what other nodes did to keys, before anything is written that follows their rows. */
@FunctionalInterface
public interface ElsewhereListener {
  /**
   * Takes it up. Runs in the ledger's writer: it must not wait for the ledger or the token.
   *
   * @param changed keys that were made or whose status changed; perhaps others too, as they are now
   * @param signed keys that have a watermark now
   */
  void changed(List<KeyRecord> changed, Set<KeyId> signed);
}
