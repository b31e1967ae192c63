package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refusal to be put on the record.
 *
 * @param caller the caller's name, or what is known of who asked
 * @param operation what was asked for, such as {@code sign-timestamp}
 * @param key the key, where one was found
 * @param version the version asked for, where the metadata could be read
 * @param canonicalSha256 digest of the canonical bytes, where the metadata could be read
 */
public record RefusalEntry(
    Instant time,
    String caller,
    String operation,
    @Nullable KeyRecord key,
    @Nullable Version version,
    @Nullable Sha256 canonicalSha256,
    RefusedException refusal) {}
