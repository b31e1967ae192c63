package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the ledger's checkpoints are made, and where they are kept beside the token.
 *
 * @param rows after so many rows, at most 1,000
 * @param interval so old the newest may get while there are newer rows, at most 10 min
 * @param lastSeen a note that was kept elsewhere, held against the ledger at each start
 * @param pushDirectory where a file for each goes, also held against the ledger
 * @param pushHttp where each is posted
 */
public record CheckpointsConfig(
    long rows,
    Duration interval,
    @Nullable Path lastSeen,
    @Nullable Path pushDirectory,
    @Nullable PushHttpConfig pushHttp) {}
