package dev.chancery.policy;

/**
 * What is known of a hash that left the frontier.
 *
 * @param firstSequence the ledger row in which it was first carried
 * @param superseded whether a newer hash took its place (DESIGN section 3, superseded file)
 */
public record SeenHash(long firstSequence, boolean superseded) {}
