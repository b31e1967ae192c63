package dev.chancery.cli.dct;

import java.util.Map;

/**
 * One program of the service.
 *
 * @param name also of its pid file and its log
 * @param address where others reach it, for people
 * @param ports it listens on, by what they speak
 * @param launch how it is started
 */
record Part(
    String name,
    String address,
    Map<String, Integer> ports,
    Processes.Launch launch,
    Health health) {}
