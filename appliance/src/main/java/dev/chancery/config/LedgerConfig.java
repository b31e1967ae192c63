package dev.chancery.config;

import java.nio.file.Path;

/**
 * The record of every decision.
 *
 * @param sqlite the database file; it must exist, only {@code chancery init} makes one
 */
public record LedgerConfig(Path sqlite) {}
