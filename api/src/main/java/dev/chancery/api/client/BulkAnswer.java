package dev.chancery.api.client;

/**
 * What became of a list, all of which was done or would be.
 *
 * @param changed keys whose state changed
 * @param unchanged keys that were so already
 */
public record BulkAnswer(long changed, long unchanged) {}
