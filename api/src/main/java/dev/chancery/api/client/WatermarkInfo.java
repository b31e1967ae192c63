package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.time.Instant;

/**
 * The highest version admitted for one key.
 *
 * @param canonicalSha256 of what was last admitted at it, 64 lower-case hexadecimal digits
 * @param contents how many different contents were admitted at it
 * @param sequence number of the ledger row of the last admission
 * @param time when that was
 */
public record WatermarkInfo(
    KeyId keyid,
    String repository,
    String role,
    long version,
    String canonicalSha256,
    long contents,
    long sequence,
    Instant time) {}
