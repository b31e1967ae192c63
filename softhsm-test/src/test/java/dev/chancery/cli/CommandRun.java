package dev.chancery.cli;

/** How a command line ended. */
public record CommandRun(int exitCode, String output, String errors) {}
