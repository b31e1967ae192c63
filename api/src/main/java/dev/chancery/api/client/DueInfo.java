package dev.chancery.api.client;

import java.time.Instant;

/**
 * When the metadata of one role of a TUF 1.0 repository expires.
 *
 * @param role {@code root}, {@code snapshot}, {@code targets} or {@code timestamp}
 * @param since when it was signed here, sent along, or registered
 * @param state one of four: {@code ok}, {@code half} once half of its life is over, {@code late} at
 *     two refresh periods before its end, then the last of the four
 */
public record DueInfo(
    String repository, String role, long version, Instant since, Instant expires, String state) {}
