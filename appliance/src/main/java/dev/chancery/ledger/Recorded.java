package dev.chancery.ledger;

import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Version;
import dev.chancery.policy.Admitted;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.RecordedContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An admission that is durable. Only a ledger can make one, and only this is ever signed. */
public final class Recorded {
  private final Admitted admitted;
  private final long sequence;

  Recorded(Admitted admitted, long sequence) {
    this.admitted = admitted;
    this.sequence = sequence;
  }

  public Proposal proposal() {
    return admitted.proposal();
  }

  /** The ledger row that holds it. */
  public long sequence() {
    return sequence;
  }

  /** The row that first admitted these very bytes: this one, unless it repeats another. */
  long contentSequence() {
    RecordedContent repeated = admitted.repeated();
    return repeated == null ? sequence : repeated.sequence();
  }

  public Version version() {
    return proposal().metadata().version();
  }

  /** What an operator should look at; empty when all is usual. */
  public List<String> warnings() {
    return admitted.warnings();
  }

  /** What would have been refused, had shadow mode not let it through; or null. */
  public @Nullable RefusedException shadowed() {
    return admitted.shadowed();
  }

  /** The signature given before for the same bytes, or null if there is none yet. */
  public @Nullable RawSignature earlierSignature() {
    RecordedContent repeated = admitted.repeated();
    return repeated == null ? null : repeated.signature();
  }
}
