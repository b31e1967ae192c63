package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.time.Instant;

/**
 * The highest version admitted for one key.
 *
 * @param canonicalSha256 digest of the canonical bytes last admitted at that version
 * @param contents how many different contents were admitted at that version
 * @param sequence the ledger row of the last admission
 * @param time when that was
 */
public record WatermarkView(
    KeyRecord key,
    Version version,
    Sha256 canonicalSha256,
    int contents,
    long sequence,
    Instant time) {}
