package dev.chancery.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When TUF 1.0 metadata that was admitted last expires.
 *
 * @param watermark the key and the version
 * @param expires of the metadata
 * @param targetsExpires of the targets that were sent along with it; null where none were
 */
public record ExpiryView(
    WatermarkView watermark, Instant expires, @Nullable Instant targetsExpires) {}
