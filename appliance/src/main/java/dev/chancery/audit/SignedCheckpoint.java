package dev.chancery.audit;

/**
 * A checkpoint and what is handed out of it.
 *
 * @param note the text with the audit key's signature; its bytes are the file
 */
public record SignedCheckpoint(Checkpoint checkpoint, SignedNote note) {}
