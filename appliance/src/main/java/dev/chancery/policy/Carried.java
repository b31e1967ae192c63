package dev.chancery.policy;

import dev.chancery.api.Sha256;

/**
 * A file hash that some admitted metadata carried for a name.
 *
 * @param firstSequence the ledger row in which this key first carried it for this name
 */
public record Carried(Sha256 hash, long firstSequence) {}
