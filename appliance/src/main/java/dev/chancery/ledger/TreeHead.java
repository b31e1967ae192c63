package dev.chancery.ledger;

import dev.chancery.api.Sha256;

/**
 * The rows that are durable at one moment, as a checkpoint states them.
 *
 * @param ledgerId the ledger's own random name, 32 hexadecimal digits
 * @param size how many rows there are, 1 or more
 * @param rootHash the RFC 6962 root over them
 * @param headHash the hash of the last of them
 */
public record TreeHead(String ledgerId, long size, Sha256 rootHash, Sha256 headHash) {}
