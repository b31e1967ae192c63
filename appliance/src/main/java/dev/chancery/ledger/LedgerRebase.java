package dev.chancery.ledger;

import dev.chancery.api.Sha256;

/**
 * A ledger that lost rows goes on (DESIGN section 5).
 *
 * @param lostSize how many rows there were, as the token or an exported checkpoint says
 * @param lostHead hash of the last of them
 * @param lostEpoch start epoch of that checkpoint
 */
public record LedgerRebase(
    Approval approval, String reason, long lostSize, Sha256 lostHead, long lostEpoch) {}
