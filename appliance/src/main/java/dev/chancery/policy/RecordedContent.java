package dev.chancery.policy;

import dev.chancery.api.RawSignature;
import org.jspecify.annotations.Nullable;

/**
 * A content admitted before.
 *
 * @param sequence the ledger row that admitted it
 * @param signature the signature given for it, or null if a crash came between
 */
public record RecordedContent(long sequence, @Nullable RawSignature signature) {}
