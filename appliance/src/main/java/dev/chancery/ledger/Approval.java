package dev.chancery.ledger;

import dev.chancery.api.Sha256;

/**
 * Who said yes to what. Without custodians it is an operator; whoever it is stands on the record.
 *
 * @param digest of the list that was approved, as a whole
 * @param by who approved it
 */
public record Approval(Sha256 digest, String by) {}
