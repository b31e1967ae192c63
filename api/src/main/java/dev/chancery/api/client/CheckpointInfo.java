package dev.chancery.api.client;

import java.time.Instant;

/**
 * A checkpoint of the ledger. What it states is true only if the note's signature is the audit
 * key's: {@code chancery audit verify --checkpoint} looks at that.
 *
 * @param treeSize how many rows it covers, from the first on
 * @param rootHash their RFC 6962 tree hash, hexadecimal digits
 * @param headHash hash of the last of them, hexadecimal digits
 * @param epoch which grows with every start of the server
 * @param time when it was made
 * @param note the C2SP signed note, to be kept as it is
 */
public record CheckpointInfo(
    long treeSize, String rootHash, String headHash, long epoch, Instant time, String note) {}
