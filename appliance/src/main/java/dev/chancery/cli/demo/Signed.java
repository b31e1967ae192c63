package dev.chancery.cli.demo;

import dev.chancery.api.Role;
import dev.chancery.api.client.SignedMetadata;

/**
 * Something that was signed.
 *
 * @param bytes that were sent
 * @param file with its signature, as a trust server serves it
 * @param millis from the request to the answer, as the client saw it
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two
record Signed(
    Role role, String step, byte[] bytes, byte[] file, SignedMetadata answer, double millis) {}
