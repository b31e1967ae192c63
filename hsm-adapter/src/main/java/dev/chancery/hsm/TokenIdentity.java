package dev.chancery.hsm;

/** Which token: both label and serial number name it, because either alone may occur twice. */
public record TokenIdentity(String label, String serial) {}
