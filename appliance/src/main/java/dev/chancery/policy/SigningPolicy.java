package dev.chancery.policy;

import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.TufMetadata;
import java.time.Instant;

/**
 * Which timestamps and snapshots may be signed. Each dialect has its own rules; what they share is
 * what is known of a key, the budgets and the time.
 */
public final class SigningPolicy {
  private final NotaryPolicy notary;
  private final TufPolicy tuf;

  /** Notary's rules with these bounds, and those of TUF 1.0 as they usually are. */
  public SigningPolicy(PolicySettings notary) {
    this(notary, TufSettings.usual(notary.budgets()));
  }

  public SigningPolicy(PolicySettings notary, TufSettings tuf) {
    this.notary = new NotaryPolicy(notary);
    this.tuf = new TufPolicy(tuf);
  }

  /**
   * Admits {@code proposal} or throws.
   *
   * @param sequence the ledger row this decision will have
   * @param now the time, from a clock that is trusted (RULES F-7)
   * @throws dev.chancery.api.RefusedException for the first rule it breaks
   */
  public Admitted admit(Proposal proposal, History history, long sequence, Instant now) {
    return switch (proposal.metadata()) {
      case NotaryMetadata metadata -> notary.admit(metadata, proposal, history, sequence, now);
      case TufMetadata metadata -> tuf.admit(metadata, proposal, history, sequence, now);
    };
  }
}
