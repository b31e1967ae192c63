package dev.chancery.ceremony;

import java.time.Instant;

/**
 * A step as the journal has it.
 *
 * @param ceremony id of the ceremony
 * @param number 1 for its first step
 * @param actor who did it
 */
public record StepRecord(String ceremony, int number, Instant time, String actor, Step step) {}
