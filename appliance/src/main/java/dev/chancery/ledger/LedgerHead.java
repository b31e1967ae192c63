package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.time.Instant;

/**
 * The newest row of a ledger.
 *
 * @param ledgerId the ledger's own random name, 32 hexadecimal digits
 * @param sequence number of the newest row, from 0
 * @param hash hash of that row
 * @param time its time
 */
public record LedgerHead(String ledgerId, long sequence, Sha256 hash, Instant time) {}
